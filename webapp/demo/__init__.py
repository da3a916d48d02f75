"""The demo community: Strathlinnet, which does not exist, told as readable data and played through the services."""
