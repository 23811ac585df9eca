variable "v" {
  type    = number
  default = 1
  validation {
    condition     = var.v > 0
    error_message = "v bad"
  }
}
resource "terraform_data" "a" {
  count = 2
  input = var.v
  lifecycle {
    precondition {
      condition     = var.v > 0
      error_message = "pre"
    }
    postcondition {
      condition     = self.output == 1
      error_message = "post"
    }
  }
}
resource "terraform_data" "z" {
  count = 0
  lifecycle {
    precondition {
      condition     = var.v > 0
      error_message = "pre"
    }
  }
}
module "m" {
  for_each = toset(["x"])
  source   = "./m"
}
check "ok" {
  assert {
    condition     = var.v == 1
    error_message = "no"
  }
}
check "bad" {
  assert {
    condition     = var.v == 2
    error_message = "v is ${var.v}"
  }
  assert {
    condition     = var.v == 3
    error_message = "v is 3"
  }
  assert {
    condition     = terraform_data.a[0].id == "x"
    error_message = "unk"
  }
}
check "unk" {
  assert {
    condition     = terraform_data.a[0].id == "x"
    error_message = "unk"
  }
}
output "o" {
  value = var.v
  precondition {
    condition     = var.v == 1
    error_message = "oo"
  }
}
resource "terraform_data" "absent" {
  for_each = toset([])
  lifecycle {
    precondition {
      condition     = each.key != ""
      error_message = "empty"
    }
  }
}
module "none" {
  source = "./m"
  count  = 0
}
