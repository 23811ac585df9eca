variable "w" {
  default = 1
  validation {
    condition     = var.w == 1
    error_message = "w"
  }
}
check "inner" {
  assert {
    condition     = var.w == 2
    error_message = "inner"
  }
}
