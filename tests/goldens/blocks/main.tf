terraform {
  required_providers {
    azurerm = { source = "hashicorp/azurerm" }
  }
}
provider "azurerm" {
  features {}
}
variable "groups" {
  type = map(object({ priority = number, rules = optional(list(object({ name = string, ports = optional(list(number), [443]) })), []) }))
  default = {
    web = { priority = 1, rules = [{ name = "in", ports = [80, 443] }, { name = "out" }] }
    db  = { priority = 2 }
  }
}
variable "on" { default = true }
variable "none" {
  type    = list(string)
  default = []
}
locals { name = "fw" }
resource "azurerm_source" "s" { name = "s" }
resource "azurerm_firewall" "plain" {
  name = local.name
  rule {
    name = "first"
    port { number = 1 }
    port { number = 2 }
  }
  rule { name = "second" }
}
resource "azurerm_firewall" "nested" {
  for_each = toset(["a", "b"])
  name     = "${local.name}-${each.key}"
  dynamic "group" {
    for_each = var.groups
    content {
      name     = "${each.key}-${group.key}"
      priority = group.value.priority
      dynamic "rule" {
        for_each = group.value.rules
        iterator = it
        content {
          name = "${group.key}-${it.value.name}-${it.key}"
          dynamic "port" {
            for_each = toset(it.value.ports)
            content { number = port.value }
          }
        }
      }
    }
  }
}
resource "azurerm_firewall" "mixed" {
  name = "mixed"
  rule { name = "literal" }
  dynamic "rule" {
    for_each = var.on ? ["x"] : []
    content { name = rule.value }
  }
  dynamic "rule" {
    for_each = var.none
    content { name = rule.value }
  }
  rule { name = "last" }
}
resource "azurerm_firewall" "labels" {
  count = 2
  name  = "l${count.index}"
  dynamic "rule" {
    for_each = { for i, n in ["p", "q"] : n => i if i >= count.index }
    content {
      name  = rule.key
      order = rule.value
      from  = azurerm_source.s.id
    }
  }
}
resource "azurerm_firewall" "unknown_inside" {
  name = "u"
  dynamic "rule" {
    for_each = { a = azurerm_source.s.id, b = "known" }
    content { name = rule.value }
  }
}
resource "azurerm_firewall" "heredoc" {
  name = "h"
  rule {
    name = <<-EOT
      ${local.name}
        in ${join(",", keys(var.groups))}
    EOT
  }
}
output "names" { value = azurerm_firewall.mixed.rule[*].name }
output "nested" { value = [for g in azurerm_firewall.nested["a"].group : [g.name, length(g.rule), [for r in g.rule : r.port[*].number]] if g.priority == 1] }
output "first" { value = one(azurerm_firewall.plain.rule[0].port[*].number == [1, 2] ? ["yes"] : ["no"]) }
