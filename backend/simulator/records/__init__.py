"""What an account holds, in compact form."""
