# What the expressions beside this file may refer to. Terraform plans it, and the tests evaluate it themselves.

resource "terraform_data" "u" {}

locals {
  unk        = terraform_data.u.id
  unk_any    = jsondecode(terraform_data.u.id)
  unk_str    = tostring(local.unk_any)
  unk_num    = tonumber(terraform_data.u.id)
  unk_bool   = tobool(terraform_data.u.id)
  unk_list   = split(",", terraform_data.u.id)
  unk_set    = toset(local.unk_list)
  unk_map    = zipmap(local.unk_list, local.unk_list)
  unk_obj    = local.unk_bool ? { a = "x", b = 1 } : { a = "y", b = 2 }
  unk_tuple  = local.unk_bool ? ["a", 1] : ["b", 2]
  partial    = { known = "k", open = terraform_data.u.id }
  half_list  = ["k", terraform_data.u.id]
  half_set   = toset(["k", terraform_data.u.id])
  half_map   = tomap({ k = "v", o = terraform_data.u.id })
  letters    = tolist(["a", "b", "c"])
  numbers    = tolist([3, 1, 2])
  no_letters = tolist(split(",", ""))
  set        = toset(["b", "a", "c"])
  map        = tomap({ b = "2", a = "1" })
  object     = { name = "n", count = 2, on = true, none = null, list = ["x", "y"], inner = { deep = "d" } }
  objects    = [{ name = "one", tags = ["t1"] }, { name = "two", tags = [] }]
  null_list  = true ? null : tolist(["a"])
  null_str   = true ? null : "a"
  null_num   = true ? null : 1
  null_map   = true ? null : tomap({ a = "1" })
  secret     = sensitive("hidden")
  secret_obj = { user = "u", password = sensitive("hidden") }
  secret_map = sensitive({ a = "x", b = "y" })
  family     = "👨‍👩‍👧"
  accent     = "e\u0301"
}
