"""Writes the checkpoints beside this file with the real PyTorch and the real ONNX library.

They are no dependencies of the tests. To write the files again:

    python -m venv /tmp/venv && /tmp/venv/bin/pip install torch==2.13.0 onnx==1.23.2 numpy
    /tmp/venv/bin/python tests/data/weights/make.py

``values.json`` says what each tensor holds, as the library that wrote it reads it.
"""

# torch and onnx are installed by hand, to remake the files (see above).
# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import json
from collections import OrderedDict
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

FOLDER = Path(__file__).parent


def state() -> OrderedDict[str, torch.Tensor]:
    torch.manual_seed(1)
    base = torch.randn(6, 8)
    return OrderedDict(
        dense=torch.randn(5, 4),
        transposed=base.t(),
        part=base[2:5, 1:4],
        shared=base,
        parameter=torch.nn.Parameter(torch.randn(3)),
        half=torch.randn(2, 3).half(),
        bfloat=torch.randn(2, 3).bfloat16(),
        double=torch.randn(2, dtype=torch.float64),
        float8=torch.randn(4, 2).to(torch.float8_e4m3fn),
        integers=torch.arange(-3, 3),
        words=torch.tensor([1, 65535], dtype=torch.uint16),
        truth=torch.tensor([True, False]),
        scalar=torch.tensor(2.5),
        empty=torch.zeros(0, 4),
        cube=torch.randn(2, 3, 4).permute(2, 0, 1),
        odd=torch.tensor([float("nan"), float("inf"), -float("inf"), 0.0]),
    )


def pytorch(values: dict[str, dict[str, object]]) -> None:
    tensors = state()
    torch.save(tensors, FOLDER / "zip.pt")
    torch.save(tensors, FOLDER / "plain.pt", _use_new_zipfile_serialization=False)
    torch.save(tensors, FOLDER / "protocol4.pt", pickle_protocol=4)
    module = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.LayerNorm(3))
    wrapped = {"epoch": 3, "state_dict": module.state_dict(), "lr": 1e-3, "size": torch.Size([1])}
    torch.save(wrapped, FOLDER / "wrapped.ckpt")
    values["torch"] = {name: listed(tensor) for name, tensor in tensors.items()}
    values["wrapped"] = {name: listed(tensor) for name, tensor in module.state_dict().items()}
    torch.save(module, FOLDER / "module.pt")


def listed(tensor: torch.Tensor) -> dict[str, object]:
    numbers = tensor.detach().to(torch.float32).reshape(-1).tolist()
    return {"shape": list(tensor.shape), "values": [repr(number) for number in numbers]}


def onnx_model(values: dict[str, dict[str, object]]) -> None:
    rng = np.random.default_rng(1)
    raw = numpy_helper.from_array(rng.standard_normal((3, 4)).astype(np.float32), "raw")
    floats = helper.make_tensor("floats", TensorProto.FLOAT, [2, 2], [1.5, -2.5, 3.5, 4.5])
    half = numpy_helper.from_array(rng.standard_normal((2, 3)).astype(np.float16), "half")
    whole = numpy_helper.from_array(np.arange(6, dtype=np.int64), "whole")
    bytes_ = rng.integers(-128, 127, (4, 5)).astype(np.int8)
    quantised = numpy_helper.from_array(bytes_, "quantised")
    scale = rng.random(4).astype(np.float32)
    zero = rng.integers(-5, 5, 4).astype(np.int8)
    constant = numpy_helper.from_array(rng.standard_normal((2, 2)).astype(np.float32), "inner")
    far = numpy_helper.from_array(rng.standard_normal((8, 8)).astype(np.float32), "far")
    nodes = [
        helper.make_node("Constant", [], ["constant"], value=constant),
        helper.make_node(
            "DequantizeLinear", ["quantised", "scale", "zero"], ["dequantised"], axis=0
        ),
    ]
    parts = [raw, floats, half, whole, quantised, far]
    parts += [numpy_helper.from_array(scale, "scale"), numpy_helper.from_array(zero, "zero")]
    graph = helper.make_graph(nodes, "g", [], [], parts)
    model = helper.make_model(graph)
    known = {part.name: numpy_helper.to_array(part) for part in parts}
    known["constant"] = numpy_helper.to_array(constant)
    known["quantised"] = (bytes_.astype(np.float32) - zero[:, None]) * scale[:, None]
    values["onnx"] = {
        name: {
            "shape": list(array.shape),
            "values": [repr(float(number)) for number in array.astype(np.float32).reshape(-1)],
        }
        for name, array in known.items()
    }
    (FOLDER / "inside.onnx").write_bytes(model.SerializeToString())
    onnx.external_data_helper.convert_model_to_external_data(
        model, location="outside.data", size_threshold=200
    )
    (FOLDER / "outside.data").unlink(missing_ok=True)
    onnx.save(model, FOLDER / "outside.onnx")


def main() -> None:
    values: dict[str, dict[str, object]] = {}
    pytorch(values)
    onnx_model(values)
    (FOLDER / "values.json").write_text(json.dumps(values, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
