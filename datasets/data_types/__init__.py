"""The data types: what kinds of item there are. Each stands in a file of its own.

To add one: a file here with a class as `base.DataType` says, and a line in the list below.
"""

from datasets.data_types.audio import AudioType
from datasets.data_types.base import DataType
from datasets.data_types.conversation import ConversationType
from datasets.data_types.image import ImageType
from datasets.data_types.series import SeriesType
from datasets.data_types.table import TableType
from datasets.data_types.text import TextType
from datasets.data_types.video import VideoType
from foundation.registry import Registry

DATA_TYPES: Registry[DataType] = Registry("winnow.data_types")

BUILT_IN: list[DataType] = [
    *(TextType(), ImageType(), AudioType(), VideoType(), SeriesType()),
    *(ConversationType(), TableType()),
]

for _data_type in BUILT_IN:
    DATA_TYPES.register(_data_type.name, _data_type)
DATA_TYPES.load_plugins()
