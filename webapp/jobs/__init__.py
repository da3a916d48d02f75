"""What happens outside requests: one worker that delivers mail, settles what is due and tidies up."""
