from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import jsonschema
import pytest

from verifier.hcl.origin import Step
from verifier.hcl.printing import in_line
from verifier.hcl.representation import json_text
from verifier.terraform.catalogue import addresses
from verifier.terraform.configuration import Configuration, load
from verifier.terraform.explaining import Explanation
from verifier.terraform.hops import Hop
from verifier.terraform.tracing import MOST_DEEP
from verifier.terraform.why import MOST_EXPLAINED, Unnamed, why, why_not_planned
from verifier.terraform.why_json import why_document

INCIDENT = Path(__file__).parents[3] / "terraform" / "examples" / "incident"

Why = Callable[..., Explanation]
Configure = Callable[..., Configuration]


@pytest.fixture
def explained(configure: Configure) -> Why:
    """Write files and explain the one thing of that name."""

    def explain(files: object, asked: str, **options: object) -> Explanation:
        found = why(configure(files, **options).evaluated(), asked)
        assert not isinstance(found, Unnamed), found
        (explanation,) = found
        return explanation

    return explain


def told(explanation: Explanation) -> list[str]:
    """The hops from the top down, each as `depth text = value @place`."""
    return [line for hop in explanation.hops for line in _lines(hop, 0)]


def _lines(hop: Hop, depth: int) -> Iterator[str]:
    value = "" if hop.value is None else f" = {in_line(hop.value)}"
    place = "" if hop.place is None else f" @{hop.place}"
    yield f"{depth} {hop.text}{value}{place}"
    for inner in hop.behind:
        yield from _lines(inner, depth + 1)


def texts(explanation: Explanation) -> list[str]:
    """What the hops are called, from the top down."""
    return [line.split(" ", 1)[1].split(" = ")[0].split(" @")[0] for line in told(explanation)]


STACK = {
    "main.tf": """
        variable "on" {
          type    = bool
          default = false
        }
        variable "other" {
          type    = bool
          default = true
        }
        locals {
          both = var.on && var.other
        }
        module "m" {
          source = "./m"
          config = { other = var.other }
        }
        resource "azurerm_x" "counted" {
          count = local.both ? 1 : 0
        }
        """,
    "m/main.tf": """
        variable "config" {
          type = object({
            flag  = optional(bool, false)
            other = bool
          })
        }
        resource "azurerm_x" "y" {
          count = var.config.flag ? 1 : 0
        }
        resource "azurerm_x" "z" {
          other = var.config.other
        }
        """,
}


def test_an_absent_resource_is_followed_to_the_optional_that_nobody_overrode(explained: Why) -> None:
    found = explained(STACK, "module.m.azurerm_x.y")
    assert found.presence == "absent"
    assert found.because == "count is 0: flag is false, which nobody chose"
    assert told(found) == [
        "0 count = 0 @m/main.tf:9",
        "1 module.m.var.config.flag = false @m/main.tf:2",
        "2 optional(bool, false) @m/main.tf:4",
        "2 config @main.tf:15",
    ]
    (decision,) = found.decisions
    assert (decision.of, decision.step, decision.chosen) == (
        "module.m.var.config.flag",
        Step.OPTIONAL_DEFAULT,
        False,
    )
    assert str(decision.place) == "m/main.tf:4"


def test_an_absent_resource_is_followed_through_locals_to_the_operand_that_settles_it(explained: Why) -> None:
    found = explained(STACK, "azurerm_x.counted")
    assert told(found) == [
        "0 count = 0 @main.tf:18",
        "1 local.both = false @main.tf:11",
        "2 var.on = false @main.tf:2",
        "3 default = false @main.tf:4",
    ]


def test_a_value_is_followed_through_the_argument_that_passes_it(explained: Why) -> None:
    assert told(explained(STACK, "module.m.azurerm_x.z.other")) == [
        "0 module.m.azurerm_x.z.other = true @m/main.tf:12",
        "1 module.m.var.config.other = true @m/main.tf:2",
        "2 other = true @main.tf:15",
        "3 var.other = true @main.tf:6",
        "4 default = true @main.tf:8",
    ]


@pytest.mark.parametrize(
    ("files", "options", "step", "chosen"),
    [
        ({"terraform.tfvars": "on = true"}, {}, Step.VAR_FILE, True),
        ({}, {"environment": {"TF_VAR_on": "true"}}, Step.ENVIRONMENT, True),
        ({}, {"inputs": [("on", "true")]}, Step.COMMAND_LINE, True),
        ({}, {}, Step.VARIABLE_DEFAULT, False),
    ],
)
def test_the_way_back_ends_where_the_value_was_set(
    files: dict[str, str], options: dict[str, object], step: Step, chosen: bool, explained: Why
) -> None:
    (decision,) = explained({**STACK, **files}, "var.on", **options).decisions
    assert (decision.of, decision.step, decision.chosen) == ("var.on", step, chosen)


def test_a_var_file_is_named_at_the_line_of_the_value(explained: Why) -> None:
    files = {
        "main.tf": 'variable "v" {\n  type = object({ a = object({ b = number }) })\n}',
        "terraform.tfvars": "v = {\n  a = {\n    b = 1\n  }\n}",
    }
    (decision,) = explained(files, "var.v.a.b").decisions
    assert str(decision.place) == "terraform.tfvars:3"


def test_a_variable_without_a_value_says_so(explained: Why) -> None:
    found = explained('variable "v" {}', "var.v")
    assert found.hops[0].behind[0].note == "it has no default, and no value is given"
    assert [d.chosen for d in found.decisions] == [None]


def test_a_resource_below_a_module_that_is_absent_is_absent_because_of_the_call(explained: Why) -> None:
    files = {
        "main.tf": 'variable "n" {\n  default = 0\n}\nmodule "m" {\n  source = "./m"\n  count = var.n\n}',
        "m/main.tf": 'resource "azurerm_x" "y" {}',
    }
    found = explained(files, "module.m.azurerm_x.y")
    assert found.presence == "absent"
    assert told(found) == ["0 count of module.m = 0 @main.tf:6", "1 var.n = 0 @main.tf:1", "2 default = 0 @main.tf:2"]


def test_a_count_that_is_written_was_chosen(explained: Why) -> None:
    found = explained('resource "azurerm_x" "y" {\n  count = 0\n}', "azurerm_x.y")
    (decision,) = found.decisions
    assert (decision.chosen, str(decision.place)) == (True, "main.tf:2")


def test_a_resource_that_nothing_conditions_has_no_way_back(explained: Why) -> None:
    found = explained('resource "azurerm_x" "y" {}', "azurerm_x.y")
    assert (found.presence, found.hops, found.decisions) == ("planned", (), ())


def test_a_resource_that_cannot_be_told_waits_for_the_provider(explained: Why) -> None:
    source = """
        resource "azurerm_x" "a" {}
        resource "azurerm_x" "b" {
          for_each = toset([azurerm_x.a.id])
        }
        """
    found = explained(source, "azurerm_x.b")
    assert found.presence == "undetermined"
    (decision,) = found.decisions
    assert (decision.of, decision.chosen) == ("azurerm_x.a.id", None)


def test_a_module_call_is_explained_like_a_resource(explained: Why) -> None:
    files = {"main.tf": 'module "m" {\n  source = "./m"\n  for_each = {}\n}', "m/main.tf": ""}
    found = explained(files, "module.m")
    assert found.presence == "absent"
    assert texts(found) == ["for_each"]


def test_a_block_with_several_instances_lists_them(explained: Why) -> None:
    found = explained('resource "azurerm_x" "y" {\n  for_each = toset(["b", "a"])\n}', "azurerm_x.y")
    assert found.because == 'its instances are ["a"], ["b"]'


EXPRESSIONS = """
    variable "yes" {
      default = true
    }
    variable "a" {
      default = { name = "a", deep = { b = 1 } }
    }
    variable "b" {
      default = { other = "b" }
    }
    variable "none" {
      default = null
    }
    variable "text" {
      default = "t"
    }
    variable "pools" {
      default = { x = { size = 1, on = true }, y = { size = 2, on = false } }
    }
    locals {
      taken      = var.yes ? var.a.name : var.text
      constant   = var.yes ? 1 : 2
      merged     = merge(var.a, var.b)
      first      = coalesce(var.none, var.text, var.b.other)
      tried      = try(var.a.nope, var.text)
      template   = "${var.text}-%{ if var.yes }${var.b.other}%{ else }${var.none}%{ endif }"
      filtered   = { for key, pool in var.pools : key => pool if pool.on }
      listed     = [for pool in var.pools : "${pool.size}${var.text}"]
      at_key     = var.pools[local.key].size
      key        = "x"
      object     = { one = var.text, two = { three = var.a.deep.b } }
      tuple      = [var.text, var.yes]
      splat      = values(var.pools)[*].size
      or         = var.yes || var.none
      itself     = path.module
      directives = "%{ for pool in var.pools }${pool.size}${var.text}%{ endfor }"
      negated    = !var.yes
    }
    """


@pytest.mark.parametrize(
    ("asked", "reads"),
    [
        ("local.taken", ["var.yes", "var.a.name"]),
        ("local.constant", ["var.yes"]),
        ("local.merged.other", ["var.b.other"]),
        ("local.merged.name", ["var.a.name"]),
        ("local.merged", ["var.a", "var.b"]),
        ("local.first", ["var.text", "var.none"]),
        ("local.tried", ["var.text"]),
        ("local.template", ["var.text", "var.yes", "var.b.other"]),
        ("local.filtered.x.size", ["var.pools.x.size"]),
        ("local.listed", ["var.pools", "var.text"]),
        ("local.at_key", ['var.pools["x"].size', "local.key"]),
        ("local.object.two.three", ["var.a.deep.b"]),
        ("local.object", ["var.text", "var.a.deep.b"]),
        ("local.tuple[1]", ["var.yes"]),
        ("local.splat", ["var.pools"]),
        ("local.or", ["var.yes"]),
        ("local.itself", ["path.module"]),
        ("local.directives", ["var.pools", "var.text"]),
        ("local.negated", ["var.yes"]),
    ],
)
def test_a_value_draws_on_what_it_was_really_made_from(asked: str, reads: list[str], explained: Why) -> None:
    (top,) = explained(EXPRESSIONS, asked).hops
    assert [hop.text for hop in top.behind] == reads


RESOURCES = """
    variable "pools" {
      type = map(object({ size = number, surge = optional(string, "10%"), zones = optional(list(string), []) }))
      default = { gpu = { size = 3 } }
    }
    resource "azurerm_pool" "p" {
      for_each = var.pools
      name     = each.key
      size     = each.value.size
      settings {
        surge = each.value.surge
      }
      dynamic "zone" {
        for_each = each.value.zones
        content {
          name = zone.value
        }
      }
      dynamic "rule" {
        for_each = { a = each.value.size }
        iterator = it
        content {
          size = it.value
        }
      }
    }
    resource "azurerm_x" "list" {
      count  = 2
      number = count.index
      pool   = azurerm_pool.p["gpu"].id
      size   = azurerm_pool.p["gpu"].size
    }
    data "azurerm_d" "d" {
      name = azurerm_pool.p["gpu"].name
    }
    output "o" {
      value = { id = data.azurerm_d.d.id, name = data.azurerm_d.d.name }
    }
    """


@pytest.mark.parametrize(
    ("asked", "hops"),
    [
        (
            'azurerm_pool.p["gpu"].size',
            ['azurerm_pool.p["gpu"].size', "each.value.size", 'var.pools["gpu"].size', "default"],
        ),
        ('azurerm_pool.p["gpu"].name', ['azurerm_pool.p["gpu"].name', "each.key", "var.pools", "default"]),
        (
            'azurerm_pool.p["gpu"].settings[0].surge',
            [
                'azurerm_pool.p["gpu"].settings[0].surge',
                "each.value.surge",
                'var.pools["gpu"].surge',
                'optional(string, "10%")',
            ],
        ),
        (
            'azurerm_pool.p["gpu"].rule[0].size',
            [
                'azurerm_pool.p["gpu"].rule[0].size',
                "it.value",
                "each.value.size",
                'var.pools["gpu"].size',
                "default",
            ],
        ),
        (
            'azurerm_pool.p["gpu"].zone',
            ['azurerm_pool.p["gpu"].zone', "each.value.zones", 'var.pools["gpu"].zones', "optional(list(string), [])"],
        ),
        ("azurerm_x.list[1].pool", ["azurerm_x.list[1].pool", 'azurerm_pool.p["gpu"].id']),
        ("azurerm_x.list[1].number", ["azurerm_x.list[1].number", "count.index"]),
        ("output.o.id", ["output.o.id", "data.azurerm_d.d.id"]),
        (
            "output.o.name",
            [
                "output.o.name",
                "data.azurerm_d.d.name",
                'azurerm_pool.p["gpu"].name',
                "each.key",
                "var.pools",
                "default",
            ],
        ),
    ],
)
def test_an_attribute_is_followed_through_its_block(asked: str, hops: list[str], explained: Why) -> None:
    assert texts(explained(RESOURCES, asked)) == hops


def test_a_block_may_be_asked_for_without_its_number(explained: Why) -> None:
    assert explained(RESOURCES, 'azurerm_pool.p["gpu"].settings.surge').address.endswith(".settings[0].surge")


def test_an_attribute_that_the_configuration_does_not_give_is_the_provider_s(explained: Why) -> None:
    found = explained(RESOURCES, "azurerm_x.list[0].id")
    assert found.hops[0].note == "the configuration does not give it; its provider does"


def test_an_attribute_of_every_instance_is_explained_when_no_key_is_given(configure: Configure) -> None:
    found = why(configure(RESOURCES).evaluated(), "azurerm_x.list.size")
    assert not isinstance(found, Unnamed)
    assert [explanation.address for explanation in found] == ["azurerm_x.list[0].size", "azurerm_x.list[1].size"]


def test_an_attribute_of_an_absent_resource_says_that_it_is_absent(explained: Why) -> None:
    found = explained('resource "azurerm_x" "y" {\n  count = 0\n  a = 1\n}', "azurerm_x.y.a")
    assert found.because == "its resource is absent: count is 0, as written"


MODULES = {
    "main.tf": 'module "m" {\n  source = "./m"\n  for_each = { a = 1, b = 2 }\n  n = each.value\n}',
    "m/main.tf": 'variable "n" {}\nlocals {\n  twice = var.n * 2\n}\noutput "n" {\n  value = { is = local.twice }\n}',
}


def test_a_module_s_output_may_be_named_as_others_refer_to_it(explained: Why) -> None:
    assert texts(explained(MODULES, 'module.m["b"].n.is')) == [
        'module.m["b"].output.n.is',
        'module.m["b"].local.twice',
        'module.m["b"].var.n',
        "n",
        "each.value",
    ]


def test_a_key_may_be_given_as_a_shell_leaves_it(explained: Why) -> None:
    assert explained(MODULES, "module.m[b].var.n").address == 'module.m["b"].var.n'


def test_without_a_key_every_module_instance_is_explained(configure: Configure) -> None:
    found = why(configure(MODULES).evaluated(), "module.m.var.n")
    assert not isinstance(found, Unnamed)
    assert [explanation.address for explanation in found] == ['module.m["a"].var.n', 'module.m["b"].var.n']


@pytest.mark.parametrize("asked", ["flag", "config.flag", "var.config.flag"])
def test_the_end_of_an_address_is_enough(asked: str, explained: Why) -> None:
    assert explained(STACK, asked).address == "module.m.var.config.flag"


def test_a_name_that_is_passed_on_as_itself_is_explained_once(explained: Why) -> None:
    files = {
        "main.tf": 'variable "enabled" {\n  default = 0\n}\nmodule "m" {\n  source = "./m"\n  enabled = var.enabled\n}',
        "m/main.tf": 'variable "enabled" {}',
    }
    found = explained(files, "enabled")
    assert found.address == "module.m.var.enabled"
    assert texts(found) == ["module.m.var.enabled", "enabled", "var.enabled", "default"]


def test_an_attribute_that_the_type_drops_is_said_to_be_dropped(explained: Why) -> None:
    files = {
        "main.tf": 'module "m" {\n  source = "./m"\n  config = {\n    tpyo = 1\n  }\n}',
        "m/main.tf": 'variable "config" {\n  type = object({ typo = optional(number) })\n}',
    }
    found = explained(files, "tpyo")
    assert found.because.startswith("it is passed, and dropped without a word: the type at m/main.tf:2")
    assert str(found.place) == "main.tf:4"


@pytest.mark.parametrize(
    ("asked", "candidate"),
    [
        ("module.m.var.config.flga", "module.m.var.config.flag"),
        ("azurerm_x.countd", "azurerm_x.counted"),
        ("othr", "var.other"),
        ("local.bth", "local.both"),
    ],
)
def test_a_name_that_is_nothing_s_gets_the_nearest_ones(asked: str, candidate: str, configure: Configure) -> None:
    found = why(configure(STACK).evaluated(), asked)
    assert isinstance(found, Unnamed)
    assert not found.several
    assert candidate in found.candidates


@pytest.mark.parametrize(
    "asked", ["", ".", "a..b", "[0]", "a[", "module", "module.m.", "var", "data.x", "é?", "x" * 5000]
)
def test_what_is_no_address_is_nothing_s(asked: str, configure: Configure) -> None:
    assert isinstance(why(configure(STACK).evaluated(), asked), Unnamed)


def test_a_name_that_many_things_have_is_not_explained_at_once(configure: Configure) -> None:
    source = "\n".join(f'resource "azurerm_x" "y{i}" {{\n  tags = {{}}\n}}' for i in range(MOST_EXPLAINED + 1))
    found = why(configure(source).evaluated(), "tags")
    assert isinstance(found, Unnamed)
    assert found.several
    assert len(found.candidates) == MOST_EXPLAINED + 1


def test_what_has_been_told_is_not_told_again(explained: Why) -> None:
    source = 'variable "v" {\n  default = 1\n}\nlocals {\n  a = var.v\n  b = var.v + local.a\n}'
    (top,) = explained(source, "local.b").hops
    first, second = top.behind
    assert (first.text, first.again, len(first.behind)) == ("var.v", False, 1)
    assert (second.behind[0].text, second.behind[0].again, second.behind[0].behind) == ("var.v", True, ())


def test_a_value_that_many_ways_lead_to_is_told_in_linear_time(explained: Why) -> None:
    chain = "\n".join(
        f"  a{i} = local.b{i} + local.c{i}\n  b{i} = local.a{i - 1}\n  c{i} = local.a{i - 1}" for i in range(1, 60)
    )
    assert len(told(explained(f"locals {{\n  a0 = 1\n{chain}\n}}", "local.a59"))) < 400


def test_a_long_chain_is_cut_where_nobody_would_read_on(explained: Why) -> None:
    chain = "\n".join(f"  a{i} = local.a{i - 1}" for i in range(1, 1000))
    found = explained(f"locals {{\n  a0 = 1\n{chain}\n}}", "local.a999")
    *_, last = _all(found.hops[0])
    assert last.note == "more stands behind this than is shown"
    assert len(told(found)) == MOST_DEEP + 1


def test_a_circle_is_told_once(configure: Configure) -> None:
    found = why(configure("locals {\n  a = local.b\n  b = local.a\n}").evaluated(), "local.a")
    assert not isinstance(found, Unnamed)
    assert len(told(found[0])) <= 3


def test_what_lies_within_a_null_is_explained_by_the_null(explained: Why) -> None:
    found = explained(
        'variable "v" {\n  type = object({ a = object({ b = string }) })\n  default = null\n}', "var.v.a.b"
    )
    assert found.because == "var.v.a.b does not exist: var.v is null"
    assert found.address == "var.v"


@pytest.mark.parametrize("asked", ["azurerm_x.counted.count", "module.m.azurerm_x.y.count"])
def test_a_count_is_explained_by_what_it_decides(asked: str, explained: Why) -> None:
    assert explained(STACK, asked).presence == "absent"


@pytest.mark.parametrize("directory", [INCIDENT.parents[1], INCIDENT], ids=lambda path: path.name)
def test_everything_in_the_stacks_can_be_explained(directory: Path) -> None:
    evaluation = load(directory).evaluated()
    known = addresses(evaluation.root)
    assert len(known) > 100
    unexplained = [address for address in known if isinstance(why(evaluation, address), Unnamed)]
    assert unexplained == []


SECRETS = {
    "main.tf": """
        variable "password" {
          sensitive = true
          default   = "hunter2"
        }
        module "m" {
          source = "./m"
          secret = "hunter2"
          config = { secret = "hunter2" }
        }
        resource "azurerm_x" "y" {
          password = var.password
          length   = nonsensitive(length(var.password))
          literal  = sensitive("hunter2")
          shown    = nonsensitive(length(sensitive("hunter2")))
        }
        """,
    "m/main.tf": """
        variable "secret" {
          sensitive = true
        }
        variable "config" {
          type      = object({ secret = string, other = optional(string, "hunter2") })
          sensitive = true
        }
        """,
}


@pytest.mark.parametrize(
    "asked",
    [
        "var.password",
        "module.m.var.secret",
        "module.m.var.config.secret",
        "module.m.var.config.other",
        "azurerm_x.y.password",
        "azurerm_x.y.length",
        "azurerm_x.y.literal",
        "azurerm_x.y.shown",
    ],
)
def test_no_hop_shows_a_secret(asked: str, explained: Why) -> None:
    found = explained(SECRETS, asked)
    shown = [f"{hop.text} {hop.source} {hop.note}" for top in found.hops for hop in _all(top)]
    assert "hunter2" not in " ".join([*told(found), *shown, *(d.text for d in found.decisions)])


def _all(hop: Hop) -> Iterator[Hop]:
    yield hop
    for inner in hop.behind:
        yield from _all(inner)


def test_every_absent_resource_of_the_incident_names_its_flag_the_default_and_both_lines() -> None:
    found = why_not_planned(load(INCIDENT).evaluated())
    assert len(found) == 2
    for explanation in found.values():
        (count,) = explanation.hops
        (flag,) = count.behind
        default, left_out = flag.behind
        assert flag.text.startswith("module.sil.var.azureml_config.should_")
        assert default.text == "optional(bool, false)"
        assert default.place is not None
        assert default.place.file == "../../modules/sil/variables.tf"
        assert left_out.place is not None
        assert left_out.place.file == "main.tf"


SCHEMA = json.loads((INCIDENT.parents[2] / "docs" / "why.schema.json").read_text(encoding="utf-8"))


def test_every_answer_for_programs_keeps_to_its_schema() -> None:
    evaluation = load(INCIDENT).evaluated()
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for asked in addresses(evaluation.root):
        found = why(evaluation, asked)
        assert not isinstance(found, Unnamed), asked
        document = json.loads(json_text(why_document(asked, found, evaluation.plan.diagnostics)))
        assert list(validator.iter_errors(document)) == [], asked


def test_the_schema_of_an_answer_names_every_step() -> None:
    assert SCHEMA["$defs"]["step"]["enum"] == [step.value for step in Step]


def test_an_answer_about_a_secret_or_an_unknown_keeps_to_its_schema_too(configure: Configure) -> None:
    source = 'variable "s" {\n  sensitive = true\n  default   = "hunter2"\n}\nresource "x_y" "z" {\n  n = var.s\n}\n'
    evaluation = configure(source + "locals {\n  i = [x_y.z.id, 1]\n}\nvariable {\n").evaluated()
    for asked in ("var.s", "local.i", "x_y.z", "x_y.z.n"):
        found = why(evaluation, asked)
        assert not isinstance(found, Unnamed), asked
        text = json_text(why_document(asked, found, evaluation.plan.diagnostics))
        jsonschema.validate(json.loads(text), SCHEMA, cls=jsonschema.Draft202012Validator)
        assert "hunter2" not in text
