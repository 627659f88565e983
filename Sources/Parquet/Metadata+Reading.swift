extension FileMetadata {
  init(reading reader: inout ThriftReader) throws(ThriftReader.Failure) {
    try reader.readStruct { r, field, kind throws(ThriftReader.Failure) in
      switch (field, kind) {
      case (1, .int32): version = Int32(truncatingIfNeeded: try r.readInteger())
      case (2, .list):
        try r.readList(of: .structure) { r throws(ThriftReader.Failure) in
          guard schema.count < Limits.schemaElements else {
            throw ThriftReader.Failure(
              message: "not supported: schemas of more than \(Limits.schemaElements) elements",
              isUnsupported: true)
          }
          schema.append(try SchemaElement(reading: &r))
        }
      case (3, .int64): rowCount = try r.readInt()
      case (4, .list):
        var chunks = 0
        try r.readList(of: .structure) { r throws(ThriftReader.Failure) in
          let group = try RowGroupMetadata(reading: &r, columnLimit: schema.count)
          chunks += group.columns.count
          guard chunks <= Limits.chunks, rowGroups.count < Limits.rowGroups else {
            throw ThriftReader.Failure(
              message: "not supported: more than \(Limits.rowGroups) row groups, "
                + "or \(Limits.chunks) columns times row groups",
              isUnsupported: true)
          }
          rowGroups.append(group)
        }
      case (5, .list):
        try r.readList(of: .structure) { r throws(ThriftReader.Failure) in
          var key = ""
          var value: String?
          try r.readStruct { r, field, kind throws(ThriftReader.Failure) in
            switch (field, kind) {
            case (1, .binary): key = try r.readString()
            case (2, .binary): value = try r.readString()
            default: return false
            }
            return true
          }
          guard keyValues.count < Limits.keyValues else {
            throw ThriftReader.Failure(
              message: "not supported: more than \(Limits.keyValues) pairs of metadata",
              isUnsupported: true)
          }
          keyValues.append((key, value))
        }
      case (6, .binary): createdBy = try r.readString()
      case (7, .list):
        try r.readList(of: .structure) { r throws(ThriftReader.Failure) in
          var isTypeOrder = false
          try r.readStruct { _, field, _ throws(ThriftReader.Failure) in
            isTypeOrder = isTypeOrder || field == 1
            return false
          }
          columnOrders.append(isTypeOrder)
        }
      default: return false
      }
      return true
    }
  }
}

extension SchemaElement {
  init(reading reader: inout ThriftReader) throws(ThriftReader.Failure) {
    try reader.readStruct { r, field, kind throws(ThriftReader.Failure) in
      switch (field, kind) {
      case (1, .int32):
        type = try read(&r, "physical type", StorageType.init)
      case (2, .int32): typeLength = try r.readInt()
      case (3, .int32):
        let code = try r.readInteger()
        guard let known = Int32(exactly: code).flatMap(Repetition.init) else {
          throw ThriftReader.Failure(
            message: "not supported: "
              + (code == 3 ? "vectors of fixed size" : "a field of repetition \(code)"),
            isUnsupported: true)
        }
        repetition = known
      case (4, .binary): name = try r.readString()
      case (5, .int32): childCount = try r.readInt()
      case (6, .int32):
        converted = ConvertedType(rawValue: Int32(truncatingIfNeeded: try r.readInteger()))
      case (7, .int32): scale = try r.readInt()
      case (8, .int32): precision = try r.readInt()
      case (9, .int32): fieldID = try r.readInt()
      case (10, .structure): logical = try LogicalType(reading: &r)
      default: return false
      }
      return true
    }
  }
}

extension LogicalType {
  /// Reads the union; nil when it has no member.
  fileprivate init?(reading reader: inout ThriftReader) throws(ThriftReader.Failure) {
    var found: LogicalType?
    try reader.readStruct { r, field, kind throws(ThriftReader.Failure) in
      guard kind == .structure else { return false }
      switch field {
      case 1: found = .string
      case 2: found = .map
      case 3: found = .list
      case 4: found = .enumeration
      case 5:
        var (precision, scale) = (0, 0)
        try r.readStruct { r, field, kind throws(ThriftReader.Failure) in
          switch (field, kind) {
          case (1, .int32): scale = try r.readInt()
          case (2, .int32): precision = try r.readInt()
          default: return false
          }
          return true
        }
        found = .decimal(precision: precision, scale: scale)
        return true
      case 6: found = .date
      case 7, 8:
        let (isUTC, unit) = try readTime(&r)
        found = field == 7 ? .time(isUTC: isUTC, unit) : .timestamp(isUTC: isUTC, unit)
        return true
      case 10:
        var (bits, isSigned) = (0, true)
        try r.readStruct { r, field, kind throws(ThriftReader.Failure) in
          switch (field, kind) {
          case (1, .byte): bits = Int(try r.readByte())
          case (2, .yes), (2, .no): isSigned = kind == .yes
          default: return false
          }
          return true
        }
        found = .integer(bits: bits, isSigned: isSigned)
        return true
      case 11: found = .unknown
      case 12: found = .json
      case 13: found = .bson
      case 14: found = .uuid
      case 15: found = .float16
      default: found = .other(field)
      }
      return false
    }
    guard let found else { return nil }
    self = found
  }
}

private func readTime(
  _ reader: inout ThriftReader
) throws(ThriftReader.Failure) -> (Bool, LogicalType.Unit) {
  var isUTC = false
  var unit = LogicalType.Unit.micros
  try reader.readStruct { r, field, kind throws(ThriftReader.Failure) in
    switch (field, kind) {
    case (1, .yes), (1, .no): isUTC = kind == .yes
    case (2, .structure):
      try r.readStruct { _, field, _ throws(ThriftReader.Failure) in
        guard let known = LogicalType.Unit(rawValue: field) else {
          throw ThriftReader.Failure(message: "a time has the unknown unit \(field)")
        }
        unit = known
        return false
      }
    default: return false
    }
    return true
  }
  return (isUTC, unit)
}

extension RowGroupMetadata {
  fileprivate init(
    reading reader: inout ThriftReader, columnLimit: Int
  ) throws(ThriftReader.Failure) {
    try reader.readStruct { r, field, kind throws(ThriftReader.Failure) in
      switch (field, kind) {
      case (1, .list):
        try r.readList(
          of: .structure, begin: { columns.reserveCapacity(min($0, columnLimit)) }
        ) { r throws(ThriftReader.Failure) in
          guard columns.count < columnLimit else {
            throw ThriftReader.Failure(message: "a row group has more columns than the schema")
          }
          columns.append(try ChunkMetadata(reading: &r))
        }
      case (2, .int64): totalByteSize = try r.readInt()
      case (3, .int64): rowCount = try r.readInt()
      case (5, .int64): fileOffset = try r.readInt()
      case (6, .int64): compressedSize = try r.readInt()
      default: return false
      }
      return true
    }
  }
}

extension ChunkMetadata {
  fileprivate init(reading reader: inout ThriftReader) throws(ThriftReader.Failure) {
    var (index, bounds) = ((offset: 0, length: 0), (offset: 0, length: 0))
    try reader.readStruct { r, field, kind throws(ThriftReader.Failure) in
      switch (field, kind) {
      case (1, .binary): filePath = try r.readString()
      case (3, .structure): try readMetadata(&r)
      case (4, .int64): index.offset = try r.readInt()
      case (5, .int32): index.length = try r.readInt()
      case (6, .int64): bounds.offset = try r.readInt()
      case (7, .int32): bounds.length = try r.readInt()
      case (8, .structure), (9, .binary):
        isEncrypted = true
        return false
      default: return false
      }
      return true
    }
    guard hasMetadata || isEncrypted else {
      throw ThriftReader.Failure(message: "a column of a row group has no metadata")
    }
    if index.length > 0 { offsetIndex = index }
    if bounds.length > 0 { columnIndex = bounds }
  }

  private mutating func readMetadata(
    _ reader: inout ThriftReader
  ) throws(ThriftReader.Failure) {
    hasMetadata = true
    var found = 0
    try reader.readStruct { r, field, kind throws(ThriftReader.Failure) in
      if field < 16 { found |= 1 << field }
      switch (field, kind) {
      case (1, .int32): type = try read(&r, "physical type", StorageType.init)
      case (4, .int32): codec = try read(&r, "compression codec", Codec.init)
      case (5, .int64): valueCount = try r.readInt()
      case (6, .int64): uncompressedSize = try r.readInt()
      case (7, .int64): compressedSize = try r.readInt()
      case (9, .int64): dataPageOffset = try r.readInt()
      case (11, .int64): dictionaryPageOffset = try r.readInt()
      case (12, .structure):
        let start = r.position
        nullCount = try StoredStatistics.nullCount(reading: &r)
        statisticsPlace = start..<r.position
      default: return false
      }
      return true
    }
    // Type, codec, values, size, offset.
    let needed = 1 << 1 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 9
    guard found & needed == needed else {
      throw ThriftReader.Failure(message: "a column of a row group lacks required metadata")
    }
  }
}

extension StoredStatistics {
  /// Passes over statistics, of which only the number of NULLs is read.
  fileprivate static func nullCount(
    reading reader: inout ThriftReader
  ) throws(ThriftReader.Failure) -> Int? {
    var count: Int?
    try reader.readStruct { r, field, kind throws(ThriftReader.Failure) in
      guard field == 3, kind == .int64 else { return false }
      count = try r.readInt()
      return true
    }
    return count
  }

  init(reading reader: inout ThriftReader) throws(ThriftReader.Failure) {
    try reader.readStruct { r, field, kind throws(ThriftReader.Failure) in
      switch (field, kind) {
      case (1, .binary): legacyMax = try r.readBinary()
      case (2, .binary): legacyMin = try r.readBinary()
      case (3, .int64): nullCount = try r.readInt()
      case (5, .binary): max = try r.readBinary()
      case (6, .binary): min = try r.readBinary()
      case (7, .yes), (7, .no): isMaxExact = kind == .yes
      case (8, .yes), (8, .no): isMinExact = kind == .yes
      default: return false
      }
      return true
    }
  }
}

extension PageHeader {
  init(reading reader: inout ThriftReader) throws(ThriftReader.Failure) {
    let start = reader.position
    var type = 0
    var found = FoundFields("a page's header")
    try reader.readStruct { r, field, fieldKind throws(ThriftReader.Failure) in
      switch (field, fieldKind) {
      case (1, .int32): type = try r.readInt()
      case (2, .int32): uncompressedSize = try r.readInt()
      case (3, .int32): compressedSize = try r.readInt()
      case (4, .int32): checksum = UInt32(truncatingIfNeeded: try r.readInteger())
      case (5, .structure): kind = .data(try DataPageHeader(readingVersion1: &r))
      case (7, .structure): kind = try PageHeader.dictionary(&r)
      case (8, .structure): kind = .data(try DataPageHeader(readingVersion2: &r))
      default: return false
      }
      found.insert(field)
      return true
    }
    try found.require([1: "type", 2: "uncompressed_page_size", 3: "compressed_page_size"])
    switch type {
    case 0: try found.require([5: "data_page_header"])
    case 2: try found.require([7: "dictionary_page_header"])
    case 3: try found.require([8: "data_page_header_v2"])
    default: break
    }
    headerSize = reader.position - start
  }

  private static func dictionary(
    _ reader: inout ThriftReader
  ) throws(ThriftReader.Failure) -> Kind {
    var count = 0
    var encoding = Encoding.plain
    var found = FoundFields("the header of a dictionary page")
    try reader.readStruct { r, field, kind throws(ThriftReader.Failure) in
      switch (field, kind) {
      case (1, .int32): count = try r.readInt()
      case (2, .int32): encoding = try readEncoding(&r)
      default: return false
      }
      found.insert(field)
      return true
    }
    try found.require([1: "num_values", 2: "encoding"])
    return .dictionary(valueCount: count, encoding)
  }
}

extension DataPageHeader {
  fileprivate init(
    readingVersion1 reader: inout ThriftReader
  ) throws(ThriftReader.Failure) {
    var found = FoundFields("the header of a data page")
    try reader.readStruct { r, field, kind throws(ThriftReader.Failure) in
      switch (field, kind) {
      case (1, .int32): valueCount = try r.readInt()
      case (2, .int32): encoding = try readEncoding(&r)
      case (3, .int32): definitionEncoding = try readEncoding(&r)
      case (4, .int32): repetitionEncoding = try readEncoding(&r)
      default: return false
      }
      found.insert(field)
      return true
    }
    try found.require([
      1: "num_values", 2: "encoding", 3: "definition_level_encoding",
      4: "repetition_level_encoding",
    ])
  }

  fileprivate init(
    readingVersion2 reader: inout ThriftReader
  ) throws(ThriftReader.Failure) {
    var levels = (repetition: 0, definition: 0)
    var found = FoundFields("the header of a data page")
    try reader.readStruct { r, field, kind throws(ThriftReader.Failure) in
      switch (field, kind) {
      case (1, .int32): valueCount = try r.readInt()
      case (4, .int32): encoding = try readEncoding(&r)
      case (5, .int32): levels.definition = try r.readInt()
      case (6, .int32): levels.repetition = try r.readInt()
      case (7, .yes), (7, .no): isCompressed = kind == .yes
      case (2, .int32), (3, .int32):
        // Not needed, but what lacks them was not written so.
        found.insert(field)
        return false
      default: return false
      }
      found.insert(field)
      return true
    }
    try found.require([
      1: "num_values", 2: "num_nulls", 3: "num_rows", 4: "encoding",
      5: "definition_levels_byte_length",
      6: "repetition_levels_byte_length",
    ])
    levelBytes = levels
  }
}

/// The fields of a structure that were there with the kind that they must have: what is missing would be
/// read as its default, and values in another encoding as other values.
private struct FoundFields {
  private let structure: String
  /// One bit per number, which are small.
  private var fields: UInt64 = 0

  init(_ structure: String) { self.structure = structure }

  mutating func insert(_ field: Int) { fields |= 1 << UInt64(field) }

  func require(_ names: KeyValuePairs<Int, String>) throws(ThriftReader.Failure) {
    for (field, name) in names where fields & 1 << UInt64(field) == 0 {
      throw ThriftReader.Failure(message: "\(structure) has no '\(name)' of its type")
    }
  }
}

private func readEncoding(
  _ reader: inout ThriftReader
) throws(ThriftReader.Failure) -> Encoding {
  let code = try reader.readInteger()
  guard let code32 = Int32(exactly: code), let encoding = Encoding(rawValue: code32) else {
    throw ThriftReader.Failure(
      message: "not supported: values in encoding \(Encoding.name(of: code))", isUnsupported: true)
  }
  return encoding
}

/// A value of an enumeration that has to be known to go on.
private func read<T>(
  _ reader: inout ThriftReader, _ what: String, _ make: (Int32) -> T?
) throws(ThriftReader.Failure) -> T {
  let code = try reader.readInteger()
  guard let code32 = Int32(exactly: code), let value = make(code32) else {
    // More codecs and repetitions may come; what else is unknown is damage.
    throw ThriftReader.Failure(message: "there is no \(what) with number \(code)")
  }
  return value
}
