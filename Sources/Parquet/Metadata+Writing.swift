extension FileMetadata {
  /// The bytes of the footer.
  func encoded() -> [UInt8] {
    var writer = ThriftWriter()
    writer.structure { w in
      w.field(1, version)
      w.field(2, listOf: .structure, schema) { w, element in w.structure(element.write) }
      w.field(3, Int64(rowCount))
      w.field(4, listOf: .structure, rowGroups) { w, group in w.structure(group.write) }
      if !keyValues.isEmpty {
        w.field(5, listOf: .structure, keyValues) { w, pair in
          w.structure { w in
            w.field(1, pair.key)
            if let value = pair.value { w.field(2, value) }
          }
        }
      }
      if let createdBy { w.field(6, createdBy) }
      w.field(7, listOf: .structure, columnOrders) { w, _ in
        w.structure { w in w.field(1) { _ in } }
      }
    }
    return writer.bytes
  }
}

extension SchemaElement {
  fileprivate func write(_ w: inout ThriftWriter) {
    if let type { w.field(1, type.rawValue) }
    if typeLength > 0 { w.field(2, Int32(typeLength)) }
    // The root has no repetition; it alone has a name for the whole.
    if name != SchemaElement.rootName || childCount == nil { w.field(3, repetition.rawValue) }
    w.field(4, name)
    if let childCount { w.field(5, Int32(childCount)) }
    if let converted { w.field(6, converted.rawValue) }
    if converted == .decimal {
      w.field(7, Int32(scale))
      w.field(8, Int32(precision))
    }
    if let logical { w.field(10) { w in logical.write(&w) } }
  }

  static let rootName = "schema"
}

extension LogicalType {
  fileprivate func write(_ w: inout ThriftWriter) {
    switch self {
    case .string: w.field(1) { _ in }
    case .map: w.field(2) { _ in }
    case .list: w.field(3) { _ in }
    case .enumeration: w.field(4) { _ in }
    case .decimal(let precision, let scale):
      w.field(5) { w in
        w.field(1, Int32(scale))
        w.field(2, Int32(precision))
      }
    case .date: w.field(6) { _ in }
    case .time(let isUTC, let unit): w.field(7) { w in unit.write(isUTC: isUTC, &w) }
    case .timestamp(let isUTC, let unit): w.field(8) { w in unit.write(isUTC: isUTC, &w) }
    case .integer(let bits, let isSigned):
      w.field(10) { w in
        w.field(1, byte: Int8(bits))
        w.field(2, isSigned)
      }
    case .unknown: w.field(11) { _ in }
    case .json: w.field(12) { _ in }
    case .bson: w.field(13) { _ in }
    case .uuid: w.field(14) { _ in }
    case .float16: w.field(15) { _ in }
    case .other: break
    }
  }
}

extension LogicalType.Unit {
  fileprivate func write(isUTC: Bool, _ w: inout ThriftWriter) {
    w.field(1, isUTC)
    w.field(2) { w in w.field(rawValue) { _ in } }
  }
}

extension RowGroupMetadata {
  fileprivate func write(_ w: inout ThriftWriter) {
    w.field(1, listOf: .structure, columns) { w, chunk in w.structure(chunk.write) }
    w.field(2, Int64(totalByteSize))
    w.field(3, Int64(rowCount))
    if let fileOffset { w.field(5, Int64(fileOffset)) }
    if let compressedSize { w.field(6, Int64(compressedSize)) }
  }
}

extension ChunkMetadata {
  fileprivate func write(_ w: inout ThriftWriter) {
    // Deprecated, yet required: where the metadata would stand beside the chunk.
    w.field(2, Int64(0))
    w.field(3) { w in
      w.field(1, type.rawValue)
      w.field(2, listOf: .int32, encodings) { w, encoding in w.integer(Int64(encoding.rawValue)) }
      w.field(3, listOf: .binary, path) { w, name in w.binary(Array(name.utf8)) }
      w.field(4, codec.rawValue)
      w.field(5, Int64(valueCount))
      w.field(6, Int64(uncompressedSize))
      w.field(7, Int64(compressedSize))
      w.field(9, Int64(dataPageOffset))
      if let dictionaryPageOffset { w.field(11, Int64(dictionaryPageOffset)) }
      if !statistics.isEmpty { w.field(12, statistics.write) }
      if !pageCounts.isEmpty {
        w.field(13, listOf: .structure, pageCounts) { w, pages in
          w.structure { w in
            w.field(1, Int32(pages.isDictionary ? 2 : 0))
            w.field(2, pages.encoding.rawValue)
            w.field(3, Int32(pages.count))
          }
        }
      }
    }
    if let offsetIndex {
      w.field(4, Int64(offsetIndex.offset))
      w.field(5, Int32(offsetIndex.length))
    }
    if let columnIndex {
      w.field(6, Int64(columnIndex.offset))
      w.field(7, Int32(columnIndex.length))
    }
  }
}

extension StoredStatistics {
  fileprivate func write(_ w: inout ThriftWriter) {
    if let nullCount { w.field(3, Int64(nullCount)) }
    if let max { w.field(5, max) }
    if let min { w.field(6, min) }
    if let isMaxExact { w.field(7, isMaxExact) }
    if let isMinExact { w.field(8, isMinExact) }
    if let nanCount { w.field(9, Int64(nanCount)) }
  }
}

extension PageHeader {
  /// The bytes of the header.
  func encoded() -> [UInt8] {
    var writer = ThriftWriter()
    writer.structure { w in
      switch kind {
      case .data(let data):
        w.field(1, Int32(0))
        w.field(2, Int32(uncompressedSize))
        w.field(3, Int32(compressedSize))
        if let checksum { w.field(4, Int32(bitPattern: checksum)) }
        w.field(5) { w in
          w.field(1, Int32(data.valueCount))
          w.field(2, data.encoding.rawValue)
          w.field(3, Encoding.runLength.rawValue)
          w.field(4, Encoding.runLength.rawValue)
        }
      case .dictionary(let count, let encoding):
        w.field(1, Int32(2))
        w.field(2, Int32(uncompressedSize))
        w.field(3, Int32(compressedSize))
        if let checksum { w.field(4, Int32(bitPattern: checksum)) }
        w.field(7) { w in
          w.field(1, Int32(count))
          w.field(2, encoding.rawValue)
        }
      case .other: break
      }
    }
    return writer.bytes
  }
}
