import Columns
import Files

/// Batches as bytes of a temporary file and back.
enum BatchBytes {
  static func encode(_ batch: Batch) -> [UInt8] {
    var bytes = SpillBytes()
    bytes.append(batch.count)
    for column in batch.columns { append(column, to: &bytes) }
    return bytes.bytes
  }

  static func decode(_ bytes: [UInt8], types: [DataType]) -> Batch {
    var reader = SpillReader(bytes)
    let count = reader.number()
    return Batch(types.map { column($0, &reader) }, count: count)
  }

  private enum Form: Int {
    case flat, constant, dictionary
  }

  private static func append(_ column: Column, to bytes: inout SpillBytes) {
    switch column.form {
    case .flat(let values, let validity):
      bytes.append(Form.flat.rawValue)
      bytes.append(column.count)
      append(values, validity, to: &bytes)
    case .constant(let value):
      bytes.append(Form.constant.rawValue)
      bytes.append(column.count)
      append(Column.repeating(value, of: column.type, count: 1), to: &bytes)
    case .dictionary(let codes, let dictionary):
      // A dictionary that few of its rows share is not worth its place.
      guard dictionary.count <= codes.count / 2 else {
        return append(column.flattened(), to: &bytes)
      }
      bytes.append(Form.dictionary.rawValue)
      bytes.append(column.count)
      bytes.append(codes)
      append(dictionary.values, to: &bytes)
    }
  }

  private static func append(
    _ values: Values, _ validity: Validity, to bytes: inout SpillBytes
  ) {
    bytes.append(validity.mask == nil ? 0 : 1)
    if let mask = validity.mask { bytes.append(mask) }
    switch values {
    case .boolean(let values): bytes.append(values)
    case .int64(let values): bytes.append(values)
    case .double(let values): bytes.append(values)
    case .decimal(let values): bytes.append(values)
    case .text(let texts):
      bytes.append(texts.offsets)
      bytes.append(texts.bytes.count)
      bytes.append(texts.bytes)
    case .array(let list):
      bytes.append(list.offsets)
      append(list.elements, to: &bytes)
    case .map(let map):
      bytes.append(map.offsets)
      append(map.keys, to: &bytes)
      append(map.values, to: &bytes)
    case .row(let fields, _):
      for field in fields { append(field, to: &bytes) }
    }
  }

  private static func column(_ type: DataType, _ reader: inout SpillReader) -> Column {
    let form = Form(rawValue: reader.number())
    let count = reader.number()
    switch form {
    case .constant:
      return Column(type, constant: column(type, &reader).value(0), count: count)
    case .dictionary:
      let codes = reader.uint32s(count)
      return Column(codes: codes, ColumnDictionary(column(type, &reader)))
    case .flat, nil: break
    }
    let validity = Validity(mask: reader.number() == 0 ? nil : reader.booleans(count))
    return Column(type, values(type, count, &reader), validity)
  }

  private static func values(
    _ type: DataType, _ count: Int, _ reader: inout SpillReader
  ) -> Values {
    switch type.physical {
    case .boolean: return .boolean(reader.booleans(count))
    case .int64: return .int64(reader.int64s(count))
    case .double: return .double(reader.doubles(count))
    case .decimal: return .decimal(reader.int128s(count))
    case .text:
      let offsets = reader.int32s(count + 1)
      let length = reader.number()
      return .text(TextVector(bytes: reader.bytes(length), offsets: offsets))
    case .array:
      let offsets = reader.int32s(count + 1)
      let element: DataType = if case .array(let element) = type { element } else { .null }
      return .array(ListVector(offsets: offsets, elements: column(element, &reader)))
    case .map:
      let offsets = reader.int32s(count + 1)
      guard case .map(let key, let value) = type else { return .boolean([]) }
      let keys = column(key, &reader)
      return .map(MapVector(offsets: offsets, keys: keys, values: column(value, &reader)))
    case .row:
      guard case .row(let fields) = type else { return .boolean([]) }
      return .row(fields.map { column($0.type, &reader) }, count: count)
    }
  }
}
