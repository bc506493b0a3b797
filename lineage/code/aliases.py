"""Names that frameworks have for one thing, so that a port is seen beside what it was ported from.

Each row holds the word of PyTorch first and those of MindSpore, Paddle, JAX (Flax, Equinox), MLX
and TensorFlow/Keras after it; all of a row count as the first. A row is a module, a function, a
class beside the function that does the same, or an argument; all are words of the frameworks'
interfaces (and of the base classes that libraries of models share), none of a single file. Facts
from the frameworks' API pages and tables: mindspore.cn "PyTorch and MindSpore API Mapping Table",
paddlepaddle.org.cn "PyTorch-Paddle API mapping", references of jax.numpy, flax.linen, equinox, mlx
and keras. Python's own words (``int``, ``type``, ``range``) keep their meaning. What the table adds
is measured by ``bench_ports.py``. Raise ``prints.VERSION`` with every change.
"""

from __future__ import annotations

_ROWS = """
torch F mindspore ms mstype mint ops paddle jnp jax lax mx mlx tf tensorflow
nn jnn linen nnx eqx keras layers
Module Cell Layer
module cell
forward construct call __call__
named_modules cells_and_names named_sublayers
modules cells sublayers
children name_cells
named_parameters parameters_and_names
add_module insert_child_to_cell add_sublayer
Parameter create_parameter add_weight
ModuleList CellList LayerList
ModuleDict CellDict LayerDict
Sequential SequentialCell
Linear Dense
Embedding Embed
LayerNorm LayerNormalization
GroupNorm GroupNormalization
BatchNorm2d BatchNorm2D BatchNorm BatchNormalization
BatchNorm1d BatchNorm1D
Conv1d Conv1D
Conv2d Conv2D
Conv3d Conv3D
ConvTranspose1d Conv1dTranspose Conv1DTranspose
ConvTranspose2d Conv2dTranspose Conv2DTranspose
AdaptiveAvgPool2d AdaptiveAvgPool2D
AvgPool2d AvgPool2D AveragePooling2D
MaxPool2d MaxPool2D MaxPooling2D
ReLU relu
ReLU6 relu6
GELU gelu GeLU
SiLU silu Silu Swish swish
Sigmoid sigmoid
Tanh tanh
Softmax softmax
Tensor tensor FloatTensor LongTensor BoolTensor to_tensor convert_to_tensor ndarray Array array
float16 half fp16
bfloat16 bf16
float32 fp32
float64 double
int64 long
bool bool_
to astype cast Cast
clone copy
detach stop_gradient
requires_grad trainable
state_dict parameters_dict
load_state_dict set_state_dict load_param_into_net
persistent persistable
training is_training
train set_train
manual_seed seed set_seed
cuda npu gpu
shape size get_shape
dim axis ndim
dims axes perm
keepdim keepdims keep_dims
start_dim start_axis
end_dim stop_axis
eps epsilon
bias has_bias use_bias bias_attr
weight kernel
stride strides
dilation dilation_rate
groups group
in_features in_channels input_dims
out_features out_channels output_dims
view reshape Reshape
flatten ravel
permute transpose swapaxes moveaxis Transpose
unsqueeze expand_dims ExpandDims
expand broadcast_to BroadcastTo
repeat tile repeat_interleave
cat concat concatenate Concat
stack Stack
gather take_along_axis take_along_dim gather_elements
roll flip reverse
matmul bmm mm batch_matmul BatchMatMul MatMul
add Add
sub subtract Sub
mul multiply Mul
div divide true_divide Div
floor_divide floordiv
pow power Pow
neg negative
abs Abs
exp Exp
log Log
sqrt Sqrt
rsqrt Rsqrt
clamp clip clip_by_value
min minimum amin reduce_min
max maximum amax reduce_max
mean reduce_mean ReduceMean
sum reduce_sum ReduceSum
prod reduce_prod
any reduce_any
all reduce_all
std reduce_std
var reduce_variance
logsumexp reduce_logsumexp
eq equal
ne not_equal
gt greater
ge greater_equal
lt less
le less_equal
masked_fill masked_fill_
zeros Zeros
ones Ones
zeros_like ZerosLike
ones_like OnesLike
full fill
rand uniform
randn normal standard_normal
multinomial categorical
one_hot OneHot
interpolate resize
PreTrainedModel PretrainedModel TFPreTrainedModel FlaxPreTrainedModel
PretrainedConfig PreTrainedConfig
"""
#: Every word of a row but the first, and what it counts as.
ALIASES: dict[str, str] = {
    word: row.split()[0] for row in _ROWS.strip().splitlines() for word in row.split()[1:]
}
