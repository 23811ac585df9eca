"""verify-infra: does what is live do what Terraform meant, and if not, which one thing do I change?"""

__version__ = "0.1.0"
