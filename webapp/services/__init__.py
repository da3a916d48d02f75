"""What people can have done: one public function a command, one transaction each."""
