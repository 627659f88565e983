/// The footer of a Parquet file as far as it concerns reading and writing tables.
///
/// Source: parquet.thrift of Apache Parquet format 2.11; the numbers beside fields are its field ids.
struct FileMetadata {
  var version: Int32 = 1
  var schema: [SchemaElement] = []
  var rowCount = 0
  var rowGroups: [RowGroupMetadata] = []
  var keyValues: [(key: String, value: String?)] = []
  var createdBy: String?
  /// Whether each leaf declares the order of its type for its bounds; empty where none is declared.
  var columnOrders: [Bool] = []
}

/// The physical types that values are stored as.
enum StorageType: Int32 {
  case boolean, int32, int64, int96, float, double, byteArray, fixedLengthByteArray

  var name: String {
    switch self {
    case .boolean: "BOOLEAN"
    case .int32: "INT32"
    case .int64: "INT64"
    case .int96: "INT96"
    case .float: "FLOAT"
    case .double: "DOUBLE"
    case .byteArray: "BYTE_ARRAY"
    case .fixedLengthByteArray: "FIXED_LEN_BYTE_ARRAY"
    }
  }
}

enum Repetition: Int32 { case required, optional, repeated }

/// The older annotation of a type.
enum ConvertedType: Int32 {
  case utf8, map, mapKeyValue, list, enumeration, decimal, date, timeMillis, timeMicros
  case timestampMillis, timestampMicros, uint8, uint16, uint32, uint64, int8, int16, int32, int64
  case json, bson, interval
}

/// The newer annotation of a type.
enum LogicalType: Equatable {
  enum Unit: Int { case millis = 1, micros, nanos }

  case string, map, list, enumeration, date, unknown, json, bson, uuid, float16
  case decimal(precision: Int, scale: Int)
  case time(isUTC: Bool, Unit)
  case timestamp(isUTC: Bool, Unit)
  case integer(bits: Int, isSigned: Bool)
  /// One that came later than this reader.
  case other(Int)
}

/// A node of the schema; the tree is stored as its nodes in depth-first order.
struct SchemaElement {
  var type: StorageType?
  var typeLength = 0
  var repetition = Repetition.required
  var name = ""
  var childCount: Int?
  var converted: ConvertedType?
  var scale = 0
  var precision = 0
  var logical: LogicalType?
  var fieldID: Int?
}

struct RowGroupMetadata {
  var columns: [ChunkMetadata] = []
  /// Bytes of the pages before compression.
  var totalByteSize = 0
  var rowCount = 0
  var fileOffset: Int?
  var compressedSize: Int?
}

/// How the pages of one column in one row group lie in the file.
///
/// A file has one per column and row group, many more than a query asks for. So what only a writer says
/// is not read, and bounds are not read before someone asks for them.
struct ChunkMetadata {
  var filePath: String?
  var type = StorageType.boolean
  /// Written only.
  var encodings: [Encoding] = []
  /// Written only: columns are told apart by their order.
  var path: [String] = []
  var codec = Codec.uncompressed
  var valueCount = 0
  var uncompressedSize = 0
  var compressedSize = 0
  var dataPageOffset = 0
  var dictionaryPageOffset: Int?
  /// Written only; see `statisticsPlace`.
  var statistics = StoredStatistics()
  /// Read only: the bytes of the statistics within the footer.
  var statisticsPlace: Range<Int>?
  /// Read only: what the statistics say of NULLs.
  var nullCount: Int?
  var hasMetadata = false
  var isEncrypted = false
  /// Written only: how many pages of each kind and encoding there are; empty where nothing is said.
  var pageCounts: [(isDictionary: Bool, encoding: Encoding, count: Int)] = []
  var offsetIndex: (offset: Int, length: Int)?
  var columnIndex: (offset: Int, length: Int)?
}

/// Bounds as they are stored: in the PLAIN encoding of the column, texts without their length.
struct StoredStatistics {
  var legacyMax: [UInt8]?
  var legacyMin: [UInt8]?
  var nullCount: Int?
  var max: [UInt8]?
  var min: [UInt8]?
  var isMaxExact: Bool?
  var isMinExact: Bool?
  /// Floating point only; what is not given is not known.
  var nanCount: Int?

  var isEmpty: Bool {
    nullCount == nil && max == nil && min == nil && legacyMax == nil && legacyMin == nil
  }
}

enum Codec: Int32 {
  case uncompressed, snappy, gzip, lzo, brotli, lz4, zstd, lz4Raw

  var name: String {
    switch self {
    case .uncompressed: "UNCOMPRESSED"
    case .snappy: "SNAPPY"
    case .gzip: "GZIP"
    case .lzo: "LZO"
    case .brotli: "BROTLI"
    case .lz4: "LZ4"
    case .zstd: "ZSTD"
    case .lz4Raw: "LZ4_RAW"
    }
  }
}

enum Encoding: Int32 {
  case plain = 0
  case plainDictionary = 2
  case runLength = 3
  case bitPacked = 4
  case deltaBinaryPacked = 5
  case deltaLengthByteArray = 6
  case deltaByteArray = 7
  case dictionary = 8
  case byteStreamSplit = 9

  var name: String {
    switch self {
    case .plain: "PLAIN"
    case .plainDictionary: "PLAIN_DICTIONARY"
    case .runLength: "RLE"
    case .bitPacked: "BIT_PACKED"
    case .deltaBinaryPacked: "DELTA_BINARY_PACKED"
    case .deltaLengthByteArray: "DELTA_LENGTH_BYTE_ARRAY"
    case .deltaByteArray: "DELTA_BYTE_ARRAY"
    case .dictionary: "RLE_DICTIONARY"
    case .byteStreamSplit: "BYTE_STREAM_SPLIT"
    }
  }

  /// Encodings that this reader does not know by more than their name.
  static func name(of number: Int64) -> String {
    Encoding(rawValue: Int32(truncatingIfNeeded: number))?.name
      ?? (number == 10 ? "ALP" : "number \(number)")
  }

  var isDictionary: Bool { self == .dictionary || self == .plainDictionary }
}

/// What stands before the bytes of a page.
struct PageHeader {
  enum Kind {
    case data(DataPageHeader)
    case dictionary(valueCount: Int, Encoding)
    /// An index page, or a kind of page that came later: to be passed over.
    case other
  }

  var kind = Kind.other
  var uncompressedSize = 0
  var compressedSize = 0
  /// Bytes of the header itself.
  var headerSize = 0
  /// The CRC-32 of the page as it lies in the file, without its header.
  var checksum: UInt32?
}

/// The header of a data page of either version.
struct DataPageHeader {
  var valueCount = 0
  var encoding = Encoding.plain
  var definitionEncoding = Encoding.runLength
  var repetitionEncoding = Encoding.runLength
  /// Version 2 only: bytes of the levels, which stand before the values and are never compressed.
  var levelBytes: (repetition: Int, definition: Int)?
  var isCompressed = true
}
