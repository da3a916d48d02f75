"""Wellkept: a directory of community resources that the community itself keeps true."""
