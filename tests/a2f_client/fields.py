"""Prints what NVIDIA's messages look like on the wire, as JSON: of the call's two and of the emotion aggregate.

Names of messages don't count, those of fields do. Runs in NVIDIA's environment; `shape` itself runs in any.
"""

import json

SCALARS = (1, 2, 3, 4, 5, 8, 9, 12, 13)  # double to uint32, as google.protobuf.FieldDescriptorProto.Type numbers them


def shape(message):
    """Return [number, name, type, repeated, oneof, fields of a message or names of an enum] of every field."""
    fields = []
    for field in sorted(message.fields, key=lambda field: field.number):
        inner = None
        if field.message_type is not None:
            inner = field.message_type.full_name
            inner = inner if inner.startswith("google.") else shape(field.message_type)
        elif field.enum_type is not None:
            inner = [[value.number, value.name] for value in field.enum_type.values]
        else:
            assert field.type in SCALARS, field.full_name
        oneof = field.containing_oneof.name if field.containing_oneof else None
        fields.append([field.number, field.name, field.type, _is_repeated(field), oneof, inner])
    return fields


def _is_repeated(field):
    return field.is_repeated if hasattr(field, "is_repeated") else field.label == field.LABEL_REPEATED


def main():
    from nvidia_audio2face_3d import audio2face_pb2, messages_pb2

    [method] = audio2face_pb2.DESCRIPTOR.services_by_name["A2FControllerService"].methods
    said = [method.input_type, method.output_type, messages_pb2.EmotionAggregate.DESCRIPTOR]
    print(json.dumps([method.full_name, *map(shape, said)]))


if __name__ == "__main__":
    main()
