extension Column {
  /// Bytes that the column takes, its dictionary not counted.
  package var byteCount: Int {
    switch form {
    case .constant: 64
    case .dictionary(let codes, _): codes.count * 4
    case .flat(let values, let validity): values.byteCount + (validity.mask?.count ?? 0)
    }
  }
}

extension Values {
  /// Bytes that the values take, dictionaries within them not counted.
  package var byteCount: Int {
    switch self {
    case .boolean(let values): values.count
    case .int64(let values): values.count * 8
    case .double(let values): values.count * 8
    case .decimal(let values): values.count * 16
    case .text(let values): values.bytes.count + values.offsets.count * 4
    case .array(let list): list.offsets.count * 4 + list.elements.byteCount
    case .map(let map): map.offsets.count * 4 + map.keys.byteCount + map.values.byteCount
    case .row(let fields, _): fields.reduce(0) { $0 + $1.byteCount }
    }
  }
}
