variable "password" {
  type      = string
  default   = "hunter2"
  sensitive = true
}

resource "terraform_data" "outside" {
  input = {
    password = var.password
    list     = [var.password, 1]
    plain    = "seen"
  }
}

module "inner" {
  source   = "./m"
  for_each = toset(["x", "y"])

  secret = "hunter2 of ${each.key}"
}

module "constant" {
  source = "./m"

  secret = "hunter2"
}

output "password" {
  value     = var.password
  sensitive = true
}

output "all" {
  value     = module.inner
  sensitive = true
}

output "shown" {
  value = nonsensitive(length(var.password))
}
