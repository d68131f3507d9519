"""What may change in an event, and what may not: an optional field may come, and nothing else."""

import json

import pytest

from contract import keep
from shared.events import EVENTS, WorkerRegistered
from shared.events.compatibility import broken, fields_of, shapes

TYPE = "pulih.worker.registered.v1"
SPELL = {"required": True, "takes": {"type": "integer"}}
REASON = {"required": True, "takes": {"enum": ["furloughed", "laid-off"]}}
REGION = {"required": False, "takes": {"anyOf": [{"type": "null"}, {"type": "string"}]}}
WISHES = {"required": False, "takes": {"type": "array", "items": {"enum": ["sewing"]}}}
KEPT = {"spell": SPELL, "reason": REASON, "region": REGION, "wishes": WISHES}


def faults(**changed):
    """What breaks when fields are changed; one that is None is removed."""
    now = {name: shape for name, shape in (KEPT | changed).items() if shape is not None}
    return broken({TYPE: KEPT}, {TYPE: now})


def test_nothing_changed_breaks_nothing():
    assert faults() == []


def test_an_optional_field_may_come():
    assert faults(card={"required": False, "takes": {"type": "boolean"}}) == []


def test_a_new_type_may_come():
    assert broken({TYPE: KEPT}, {TYPE: KEPT, "pulih.worker.registered.v2": {}}) == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"region": None}, "region is gone (or has another name)"),
        ({"card": SPELL}, "card is new and required, and events in the journals are without it"),
        ({"region": REGION | {"required": True}}, "region is now required, and events in the journals are without it"),
        ({"spell": SPELL | {"required": False}}, "spell may now be missing, and listeners require it"),
        ({"spell": {"required": True, "takes": {"type": "string"}}}, "spell takes string and took integer"),
        (
            {"region": {"required": False, "takes": {"type": "string"}}},
            "region takes string and took null or string",
        ),
        (
            {"spell": {"required": True, "takes": {"type": "integer", "minimum": 1}}},
            "spell takes integer (minimum 1) and took integer",
        ),
        (
            {"reason": {"required": True, "takes": {"enum": ["laid-off"]}}},
            "reason no longer takes furloughed, which events in the journals have",
        ),
        (
            {"reason": {"required": True, "takes": {"enum": ["furloughed", "laid-off", "retired"]}}},
            "reason may now be retired, which listeners do not know",
        ),
        (
            {"wishes": {"required": False, "takes": {"type": "array", "items": {"enum": ["sewing", "koi"]}}}},
            "wishes has entries whose value may now be koi, which listeners do not know",
        ),
    ],
)
def test_each_change_that_breaks_names_the_field(changed, sentence):
    assert faults(**changed) == [f"{TYPE}: {sentence}"]


def test_a_type_that_is_gone_is_named():
    assert broken({TYPE: KEPT}, {}) == [f"{TYPE} is gone from the contract"]


def test_shapes_have_no_words_and_no_envelope():
    fields = fields_of(WorkerRegistered)
    assert "envelope" not in fields
    assert fields["reason"] == {"required": True, "takes": {"enum": ["furloughed", "jobseeker", "laid-off"]}}
    assert fields["spell"] == SPELL
    assert "description" not in json.dumps(shapes())


def test_what_is_kept_in_the_tree_is_the_contract():
    assert keep.kept(keep.HERE) == shapes()
    assert set(keep.kept(keep.HERE)) == set(EVENTS)


def test_the_check_fails_names_the_field_and_says_the_way_out(tmp_path, capsys):
    keep.write(tmp_path)
    assert keep.main(["check"], tmp_path) == 0
    file = tmp_path / f"{TYPE}.json"
    fields = json.loads(file.read_text())
    file.write_text(json.dumps({name: shape for name, shape in fields.items() if name != "reach"}))
    assert keep.main(["check"], tmp_path) == 1
    assert "make contract" in capsys.readouterr().err
    file.write_text(json.dumps(fields | {"district": {"required": True, "takes": {"type": "string"}}}))
    for word in ("check", "write"):
        assert keep.main([word], tmp_path) == 1
        said = capsys.readouterr().err
        assert f"{TYPE}: district is gone" in said
        assert ".v2" in said
    assert keep.main(["write", "--break"], tmp_path) == 0
    assert keep.main(["check"], tmp_path) == 0
