"""Names that frameworks have for one thing, so that a port is seen beside what it was ported from.

Each row holds words of PyTorch first and those of MindSpore, Paddle, JAX/Flax and TensorFlow/Keras
after it; all of a row count as the first. Facts from the frameworks' own API pages and mapping
tables (mindspore.cn "PyTorch and MindSpore API mapping", paddlepaddle.org.cn "PyTorch-Paddle API
mapping", jax.numpy and flax.linen references). Raise ``prints.VERSION`` with every change.
"""

from __future__ import annotations

_ROWS = """
torch mindspore paddle jnp jax tf tensorflow mint ops np_jax
nn linen nnx keras layers
Module Cell Layer
forward construct call __call__
Linear Dense
Parameter create_parameter ParameterTuple
ModuleList CellList LayerList
ModuleDict CellDict LayerDict
Sequential SequentialCell
Identity Identity
Embedding Embed
LayerNorm LayerNormalization
Dropout Dropout
Conv1d Conv1D
Conv2d Conv2D
Conv3d Conv3D
ConvTranspose2d Conv2dTranspose Conv2DTranspose
BatchNorm2d BatchNorm2D
AdaptiveAvgPool2d AdaptiveAvgPool2D
AvgPool2d AvgPool2D
MaxPool2d MaxPool2D
SiLU Silu Swish
functional ops_functional
softmax Softmax
matmul bmm batch_matmul BatchMatMul MatMul
cat concat concatenate
transpose swapaxes
permute moveaxis
view reshape
unsqueeze expand_dims
expand broadcast_to
masked_fill where_mask
Tensor ndarray Array
ones_like OnesLike
zeros_like ZerosLike
bfloat16 bf16
float16 half fp16
float32 fp32
dim axis
keepdim keepdims keep_dims
rsqrt Rsqrt
pow power Pow
mean reduce_mean ReduceMean
sum reduce_sum ReduceSum
max amax reduce_max
arange range_op
dtype type_dtype
no_grad stop_gradient
manual_seed seed
state_dict parameters_dict
load_state_dict set_state_dict load_param_into_net
register_buffer register_parameter_buffer
in_features in_channels
out_features out_channels
PreTrainedModel PretrainedModel TFPreTrainedModel FlaxPreTrainedModel
PretrainedConfig PreTrainedConfig
training is_training
is_available is_compiled
cuda npu gpu
"""
#: Every word of a row but the first, and what it counts as.
ALIASES: dict[str, str] = {
    word: row.split()[0] for row in _ROWS.strip().splitlines() for word in row.split()[1:]
}
