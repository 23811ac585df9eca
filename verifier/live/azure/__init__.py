"""Reading Azure Resource Manager through the Azure SDKs. The only place that imports them, and not before it reads."""
