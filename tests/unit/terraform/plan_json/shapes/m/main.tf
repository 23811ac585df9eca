variable "given" {
  type     = string
  nullable = false
}

resource "terraform_data" "keyed" {
  for_each = { "a.b" = { x = 1 }, "c" = { x = 2 } }

  input      = [var.given, each.key, each.value]
  depends_on = [terraform_data.empty]
}

resource "terraform_data" "empty" {}

output "id" {
  value = terraform_data.keyed["c"].id
}
