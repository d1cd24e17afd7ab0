"""Lists and groups inside a cell of a table, written as YAML's or JSON's brackets."""

from voxrig.baking.script.dialogue import ScriptError
from voxrig.baking.script.entry import Faults
from voxrig.baking.script.nodes import Node, Scalar
from voxrig.baking.script.script_yaml import read_yaml


def opened(node: Node, faults: Faults) -> Node | None:
    """Return what is in the brackets of a cell; any other node as it is; None for brackets that cannot be read."""
    if not isinstance(node, Scalar) or node.kind != "cell" or not node.text.lstrip().startswith(("[", "{")):
        return node
    try:
        return read_yaml(node.text, faults.path, node.line)
    except ScriptError as error:
        faults.add(node.line, str(error).partition(": ")[2])
        return None
