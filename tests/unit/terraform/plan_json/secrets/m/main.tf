variable "secret" {
  sensitive = true
}

resource "terraform_data" "inside" {
  input            = var.secret
  triggers_replace = { deep = [var.secret, "seen"] }
}

output "secret" {
  value     = terraform_data.inside.input
  sensitive = true
}
