"""Leave of a state or plan only what is read, with every secret taken out: before it is written, and on reading.

Input: a parsed document, a ``Redactor``. Output: the document in its own form with less in it, and what was taken out.
Handled: every form of ``forms``. An allow list decides (``resource_types``): of a handled type some attributes stay and
the secret ones become fingerprints; of any other type, of outputs, variables, configuration and provider data nothing
stays but names. What the file marks as sensitive is taken out also where the list would let it stay.
Not handled: names and addresses of resources, which Terraform does not allow to be sensitive; tokens in them go.
A document that was cleaned before comes out as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from collectors.errors import EvidenceError
from collectors.evidence.redact import Redaction, Redactor, is_redacted
from collectors.interface import EvidenceRef
from collectors.terraform.forms import Form, form_of, operation_of
from collectors.terraform.places import clean_backend, clean_config
from collectors.terraform.resource_types import TYPES
from collectors.terraform.take import Taker

__all__ = ["clean"]

Json = Mapping[str, Any]
_TOP = ("version", "format_version", "terraform_version", "serial", "lineage", "timestamp")
_RESOURCE = ("address", "module_address", "module", "mode", "type", "name", "index", "deposed", "deposed_key")
_INSTANCE = ("index_key", "status", "deposed")
_PUBLIC = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|A[KS]IA[A-Z0-9]{16}")
_STEPS = ("get_attr", "index")


def clean(
    document: Any, redactor: Redactor, ref: EvidenceRef, operation: str = ""
) -> tuple[dict[str, Any], tuple[Redaction, ...]]:
    """Return what may stay of a document, and what was taken out.

    Parameters
    ----------
    ref
        Where it stands; errors begin with it.
    operation
        Which of ``operations`` it must be; empty: any.

    Raises
    ------
    EvidenceError
        It is no file of Terraform that is read, or is another one than its name says.
    """
    form = form_of(document, str(ref))
    if operation and operation_of(form) != operation:
        raise EvidenceError(f"{ref}: this is a {form.value}, which belongs into {operation_of(form)}.json")
    walk = _Cleaner(redactor, ref, frozenset(_public_ids(document)))
    return walk.document(document, form), tuple(walk.taker.redactions)


def _public_ids(document: Any) -> Iterator[str]:
    """Yield ids that stand under an attribute that stays: application ids, key ids."""
    for kind, values, hidden in _all_values(document):
        known = TYPES.get(kind)
        for name in known.keep if known and "" not in hidden else ():
            value = values.get(name)
            if name not in hidden and isinstance(value, str) and _PUBLIC.fullmatch(value):
                yield value


def _all_values(value: Any) -> Iterator[tuple[str, Json, frozenset[str]]]:
    """Yield type, attributes and what is marked of every resource of a document, whatever its form."""
    if isinstance(value, list):
        for item in value:
            yield from _all_values(item)
    if not isinstance(value, Mapping):
        return
    kind, change = value.get("type"), value.get("change")
    if isinstance(kind, str):
        for instance in value["instances"] if isinstance(value.get("instances"), list) else ():
            if isinstance(instance, Mapping) and isinstance(instance.get("attributes"), Mapping):
                yield kind, instance["attributes"], _marked(instance.get("sensitive_attributes"))
        if isinstance(value.get("values"), Mapping):
            yield kind, value["values"], _truthy(value.get("sensitive_values"))
        if isinstance(change, Mapping):
            for side in ("before", "after"):
                if isinstance(change.get(side), Mapping):
                    yield kind, change[side], _truthy(change.get(f"{side}_sensitive"))
        return
    for name in ("resources", "resource_changes", "child_modules", "root_module", "values", "prior_state"):
        yield from _all_values(value.get(name))


class _Cleaner:
    """One pass over one document."""

    def __init__(self, redactor: Redactor, ref: EvidenceRef, public: frozenset[str]) -> None:
        self._redactor = redactor
        self._ref = ref
        self.taker = Taker(redactor, public)

    def document(self, body: Json, form: Form) -> dict[str, Any]:
        kept = self._named(body, _TOP, self._ref)
        if form is Form.BACKEND:
            return {**kept, "backend": clean_backend(body["backend"])}
        if form is Form.STATE:
            kept["resources"] = self._each(body.get("resources", []), self._ref.child("resources"), self._of_state)
            kept["outputs"] = _output_names(body.get("outputs"))
            return kept
        if form is Form.SHOWN_STATE:
            kept["values"] = self._values(body.get("values"), self._ref.child("values"))
            return kept
        changes = body.get("resource_changes", [])
        kept["resource_changes"] = self._each(changes, self._ref.child("resource_changes"), self._change)
        prior = body.get("prior_state")
        if isinstance(prior, Mapping):
            values = self._values(prior.get("values"), self._ref.child("prior_state", "values"))
            kept["prior_state"] = {"values": values}
        return kept

    def _named(self, body: Json, names: tuple[str, ...], ref: EvidenceRef) -> dict[str, Any]:
        return {name: self._plain(body[name], ref.child(name)) for name in names if _scalar(body.get(name))}

    def _plain(self, value: Any, ref: EvidenceRef) -> Any:
        """Return a value that stays, without tokens that somebody wrote into it."""
        new, redactions = self._redactor.clean(value, ref)
        self.taker.redactions += redactions
        return new

    def _each(self, items: Any, ref: EvidenceRef, one: Any) -> list[Any]:
        if not isinstance(items, list):
            raise EvidenceError(f"{ref}: must be a list")
        found = []
        for number, item in enumerate(items):
            if not isinstance(item, Mapping) or not isinstance(item.get("type"), str):
                raise EvidenceError(f"{ref.child(number)}: a resource must be an object with a type")
            found.append(one(item, ref.child(number)))
        return found

    def _of_state(self, resource: Json, ref: EvidenceRef) -> dict[str, Any]:
        kept = self._named(resource, _RESOURCE, ref)
        kept["instances"] = instances = []
        given = resource.get("instances", [])
        if not isinstance(given, list) or not all(isinstance(each, Mapping) for each in given):
            raise EvidenceError(f"{ref}/instances: must be a list of objects")
        for number, instance in enumerate(given):
            place = ref.child("instances", number)
            found = self._named(instance, _INSTANCE, place)
            hidden = _marked(instance.get("sensitive_attributes"))
            attributes = instance.get("attributes")
            found["attributes"] = self._attributes(resource["type"], attributes, hidden, place.child("attributes"))
            found["dependencies"] = self._texts(instance.get("dependencies"), place.child("dependencies"))
            instances.append(found)
        return kept

    def _values(self, values: Any, ref: EvidenceRef) -> dict[str, Any]:
        if values is None:
            return {}
        if not isinstance(values, Mapping):
            raise EvidenceError(f"{ref}: must be an object")
        kept: dict[str, Any] = {"outputs": _output_names(values.get("outputs"))}
        if values.get("root_module") is not None:
            kept["root_module"] = self._module(values["root_module"], ref.child("root_module"))
        return kept

    def _module(self, module: Any, ref: EvidenceRef) -> dict[str, Any]:
        if not isinstance(module, Mapping):
            raise EvidenceError(f"{ref}: must be an object")
        kept = self._named(module, ("address",), ref)
        kept["resources"] = self._each(module.get("resources", []), ref.child("resources"), self._shown)
        children = module.get("child_modules", [])
        if not isinstance(children, list):
            raise EvidenceError(f"{ref}/child_modules: must be a list")
        kept["child_modules"] = [
            self._module(child, ref.child("child_modules", number)) for number, child in enumerate(children)
        ]
        return kept

    def _shown(self, resource: Json, ref: EvidenceRef) -> dict[str, Any]:
        kept = self._named(resource, _RESOURCE, ref)
        hidden = _truthy(resource.get("sensitive_values"))
        kept["values"] = self._attributes(resource["type"], resource.get("values"), hidden, ref.child("values"))
        kept["depends_on"] = self._texts(resource.get("depends_on"), ref.child("depends_on"))
        return kept

    def _change(self, resource: Json, ref: EvidenceRef) -> dict[str, Any]:
        kept = self._named(resource, _RESOURCE, ref)
        change = resource.get("change")
        if not isinstance(change, Mapping):
            raise EvidenceError(f"{ref}/change: must be an object")
        place, kind = ref.child("change"), resource["type"]
        known = TYPES.get(kind)
        unknown = change.get("after_unknown")
        open_ = _truthy(unknown) if isinstance(unknown, Mapping) else frozenset()
        kept["change"] = {
            "actions": self._texts(change.get("actions"), place.child("actions")),
            "after_unknown": {name: True for name in (known.keep if known else ()) if name in open_},
        }
        for side in ("before", "after"):
            if isinstance(change.get(side), Mapping):
                hidden = _truthy(change.get(f"{side}_sensitive"))
                kept["change"][side] = self._attributes(kind, change[side], hidden, place.child(side))
        return kept

    def _texts(self, items: Any, ref: EvidenceRef) -> list[str]:
        found = [item for item in items if isinstance(item, str)] if isinstance(items, list) else []
        return [text for text in self._plain(found, ref) if isinstance(text, str)]

    def _attributes(self, kind: str, given: Any, hidden: frozenset[str], ref: EvidenceRef) -> dict[str, Any]:
        known = TYPES.get(kind)
        if known is None or not isinstance(given, Mapping):
            return {}
        kept: dict[str, Any] = {}
        for name in known.keep:
            value = given.get(name)
            if value is None:
                continue
            if is_redacted(value):
                kept[name] = value
            elif name in hidden or "" in hidden:
                kept.update(self.taker.attribute(name, value, "sensitive_value", ref))
            elif name == "config":
                kept[name] = clean_config(value)
            elif name == "metadata":
                kept[name] = self._metadata(value, ref.child(name))
            elif _scalar(value) or (isinstance(value, list) and all(map(_scalar, value))):
                kept[name] = self._plain(value, ref.child(name))
        for name, secret in known.secrets.items():
            kept.update(self.taker.attribute(name, given.get(name), secret, ref))
            for more in (f"{name}_fields", f"{name}_decoded"):
                kept.update(self.taker.kept(more, given.get(more)))
        return kept

    def _metadata(self, value: Any, ref: EvidenceRef) -> list[dict[str, Any]]:
        items = value if isinstance(value, list) else [value]
        return [self._named(item, ("name", "namespace"), ref) for item in items if isinstance(item, Mapping)]


def _scalar(value: Any) -> bool:
    return isinstance(value, str | int | float | bool)


def _output_names(outputs: Any) -> dict[str, Any]:
    """Return the outputs without their values: what another workspace may take from them."""
    found = outputs.items() if isinstance(outputs, Mapping) else ()
    return {name: {"sensitive": isinstance(of, Mapping) and of.get("sensitive") is True} for name, of in found}


def _marked(paths: Any) -> frozenset[str]:
    """Return the attributes of which a path of ``sensitive_attributes`` begins with the name.

    A path that is not understood hides everything, which the empty name stands for.
    """
    found = set()
    for path in paths if isinstance(paths, list) else ():
        steps = path if isinstance(path, list) else [path]
        first = steps[0] if steps else None
        value = first.get("value") if isinstance(first, Mapping) and first.get("type") in _STEPS else None
        value = value.get("value") if isinstance(value, Mapping) else value
        found.add(value if isinstance(value, str) else "")
    return frozenset(found)


def _truthy(marks: Any) -> frozenset[str]:
    """Return the attributes that an object of marks marks somewhere; ``true`` for the whole hides everything."""
    if marks is True:
        return frozenset({""})
    if not isinstance(marks, Mapping):
        return frozenset()
    return frozenset(name for name, mark in marks.items() if _any(mark))


def _any(mark: Any) -> bool:
    if isinstance(mark, Mapping):
        return any(map(_any, mark.values()))
    if isinstance(mark, list):
        return any(map(_any, mark))
    return mark is True
