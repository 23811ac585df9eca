variable "settings" {
  description = "An object whose type fills something in."
  type        = object({ a = optional(string, "q"), b = optional(list(number)) })
  default     = { b = [1, 2] }
}

variable "repeated" {
  type    = number
  default = 0
}

locals {
  mixed = [1, "a", true, null]
}

resource "terraform_data" "object" {
  input = { a = 1, b = "q", list = local.mixed, map = tomap({ x = "y" }), set = toset(["b", "a"]) }
}

resource "terraform_data" "counted" {
  count = 2

  input            = count.index
  triggers_replace = [terraform_data.object.id, "known"]
}

resource "terraform_data" "absent" {
  count = var.repeated

  input = -1
}

resource "terraform_data" "computed" {
  for_each = { for key, value in var.settings : key => value if key == "a" }

  input = [upper("a"), each.value, jsonencode(var.settings), 1.5, 1e30]
}

module "inner" {
  source = "./m"
  count  = 1

  given      = terraform_data.object.id
  depends_on = [terraform_data.counted]
}

module "each" {
  source   = "./m"
  for_each = { "x.y" = "z" }

  given = each.value
}

module "absent" {
  source = "./m"
  count  = var.repeated

  given = "never"
}

output "unknown" {
  description = "Known after apply."
  value       = terraform_data.object.id
}

output "partly" {
  value = { a = terraform_data.object.id, b = [1, terraform_data.counted[*].id] }
}

output "whole" {
  value = terraform_data.object
}

output "module" {
  value = module.each["x.y"].id
}

output "nothing" {
  value = null
}

output "number" {
  value      = 1.5
  depends_on = [terraform_data.absent]
}

output "collection" {
  value = tomap({ a = toset(["x"]) })
}
