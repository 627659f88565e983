/// What a file may ask of its reader, all in one place.
///
/// A file that keeps to the format but asks for more is refused with a message that says so. Together
/// these bound the memory that a hostile file of some hundred kilobytes can make two readers take at
/// 512 MiB, and the time for all its values at a few seconds.
enum Limits {
  /// Nesting of Thrift structures in a footer or a page's header.
  static let thriftDepth = 48
  /// Nesting of groups in a schema.
  static let schemaDepth = 64
  /// Elements of a schema: columns, and the groups around them.
  static let schemaElements = 1 << 18
  /// Columns times row groups.
  static let chunks = 1 << 20

  /// Row groups, and pairs of a key and a value.
  static let rowGroups = 1 << 18
  static let keyValues = 1 << 16

  /// The values, over all columns and row groups, that a file of `bytes` bytes may claim.
  ///
  /// Runs make a million equal values of a few bytes, so there must be room beyond what writers do:
  /// about 7,000 values a byte, in row groups of a million rows of one value each.
  static func values(inBytes bytes: Int) -> Int {
    let (scaled, overflow) = bytes.multipliedReportingOverflow(by: 1 << 13)
    return overflow ? .max : max(scaled, 1 << 27)
  }

  /// A value in a list takes the time of so many others.
  static let listValueWeight = 4

  /// The bytes of text that codes of a row group's dictionaries may stand for, some more or less.
  static func text(inBytes bytes: Int) -> Int {
    let (scaled, overflow) = bytes.multipliedReportingOverflow(by: 1 << 15)
    return overflow ? .max : max(scaled, 1 << 30)
  }

  /// A page or a value has its count in 32 bits.
  static let pageValues = Int(Int32.max)
  /// Bytes of a page's header; it may hold long bounds.
  static let pageHeader = 1 << 24
  /// Bytes of a page when it is inflated.
  static let page = 1 << 30
  /// Pages, and texts of shared prefixes, that grow by more than this factor must stay below
  /// `expandedPage`, dictionaries below `expandedDictionary`. Pages of similar JSON texts grow by up
  /// to a hundred in ZSTD.
  static let plainExpansion = 128
  static let expandedPage = 1 << 26
  static let expandedDictionary = 1 << 23
  /// When many columns are read side by side, each may have this at least: a page as most writers
  /// make it.
  static let smallestExpandedPage = 1 << 21

  /// Bytes that pages may reach beyond the end of their column: parquet-mr before 1.2.9 did not count
  /// the header of the dictionary (PARQUET-816).
  static let chunkOverhang = 128

  /// Texts of one page whose lengths are stored as deltas.
  static let deltaTexts = 1 << 23
  /// Numbers in a block of deltas.
  static let deltaBlock = 1 << 16

  /// Level entries of one batch of a nested column.
  static let batchEntries = 1 << 24
  /// Level entries that a batch should have: it gets fewer rows where they are long.
  static let usualBatchEntries = 1 << 21
  /// Bytes of text that a batch should stand for when it is flattened: it is handed out in parts
  /// where a dictionary makes more of it.
  static let usualBatchText = 1 << 26
}

extension Codec {
  /// How many bytes one compressed byte can at most become; nil where there is no telling.
  var largestExpansion: Int? {
    switch self {
    case .uncompressed: 1
    // Copies of 64 bytes take three.
    case .snappy: 22
    case .gzip: 1032
    case .lz4, .lz4Raw: 255
    // A block of 128 KiB takes four.
    case .zstd: 1 << 15
    case .lzo, .brotli: nil
    }
  }
}
