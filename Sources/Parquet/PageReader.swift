import Compression
import Files

/// A page as it lies in the file, its header read and its bytes inflated.
enum Page {
  case data(DataPage)
  case dictionary(valueCount: Int, Encoding, [UInt8])
}

/// A data page of either version.
struct DataPage {
  let header: DataPageHeader
  /// Version 1: levels and values; version 2: values alone.
  let bytes: [UInt8]
  /// Version 2: repetition levels, then definition levels.
  let levels: [UInt8]
}

/// Walks the pages of a column chunk.
struct PageReader {
  private let file: MappedFile
  private let codec: Codec
  private var position: Int
  private let end: Int
  /// How far the last page may reach: some chunks end a little later than the footer says.
  private let limit: Int
  /// Bytes that a page may have when it is inflated by much.
  private let expandedPage: Int
  /// Pages before the next one.
  private var pageCount = 0

  /// The page that was read last, counted from 0.
  var pageNumber: Int { max(0, pageCount - 1) }

  /// How many bytes of a header are looked at first; headers with long bounds take more.
  private static let headerWindow = 128

  /// `share` is how many chunks are read side by side.
  ///
  /// - Throws: `Damage` when the chunk does not lie within the file.
  init(_ file: MappedFile, _ chunk: ChunkMetadata, share: Int = 1) throws(Damage) {
    self.file = file
    codec = chunk.codec
    // Old writers leave the dictionary's offset out, or zero, and begin the data with it.
    var start = chunk.dataPageOffset
    // One that lies too far from the data is not of this chunk.
    if let dictionary = chunk.dictionaryPageOffset, dictionary > 0, dictionary < start,
      start - dictionary < chunk.compressedSize
    {
      start = dictionary
    }
    guard start >= 4, chunk.compressedSize >= 0, start <= file.count,
      chunk.compressedSize <= file.count - start
    else {
      throw Damage(
        "its pages (\(chunk.compressedSize) bytes from \(start)) lie outside the file")
    }
    position = start
    end = start + chunk.compressedSize
    // Behind the pages there are at least the footer's length and the magic number.
    limit = min(end + Limits.chunkOverhang, file.count - 8)
    expandedPage = max(Limits.smallestExpandedPage, Limits.expandedPage / max(1, share))
  }

  /// The next page that holds values or a dictionary; nil at the end of the chunk.
  mutating func next() throws(Damage) -> Page? {
    while position < end {
      pageCount += 1
      let header = try readHeader()
      let size = header.compressedSize
      guard size >= 0, size <= limit - position else {
        throw Damage("a page of \(size) bytes reaches past the end of its column")
      }
      let range = position..<position + size
      position += size
      switch header.kind {
      case .other: continue
      case .dictionary(let count, let encoding):
        try verify(header, range)
        try checkExpansion(of: range, to: header.uncompressedSize, Limits.expandedDictionary)
        let bytes = try inflate(range, size: header.uncompressedSize)
        return .dictionary(valueCount: count, encoding, bytes)
      case .data(let data):
        guard (0...Limits.pageValues).contains(data.valueCount) else {
          throw Damage("a page claims \(data.valueCount) values")
        }
        // Without values there is nothing to inflate, and some writers leave even the levels out.
        if data.valueCount == 0 { continue }
        try verify(header, range)
        try checkExpansion(of: range, to: header.uncompressedSize, expandedPage)
        return .data(try readData(data, range, header.uncompressedSize))
      }
    }
    return nil
  }

  /// Passes over the next page if it is one of data with at most so many values.
  ///
  /// - Returns: how many it has; nil when the next page is another, which then is still to come.
  mutating func passData(ofAtMost limit: Int) throws(Damage) -> Int? {
    while let header = try peekHeader() {
      switch header.kind {
      case .other: break
      case .dictionary: return nil
      case .data(let data):
        guard data.valueCount >= 0, data.valueCount <= limit else { return nil }
        pass(header)
        if data.valueCount > 0 { return data.valueCount }
        continue
      }
      pass(header)
    }
    return nil
  }

  private mutating func pass(_ header: PageHeader) {
    pageCount += 1
    position += header.headerSize + header.compressedSize
  }

  /// The header of the next page, which is still to come; nil at the end of the chunk.
  private mutating func peekHeader() throws(Damage) -> PageHeader? {
    guard position < end else { return nil }
    let start = position
    let header = try readHeader()
    guard header.compressedSize >= 0, header.compressedSize <= limit - position else {
      throw Damage("a page of \(header.compressedSize) bytes reaches past the end of its column")
    }
    position = start
    return header
  }

  /// Where the data pages to come lie, and how many values each has.
  mutating func dataPages() throws(Damage) -> [(offset: Int, size: Int, valueCount: Int)] {
    var pages: [(offset: Int, size: Int, valueCount: Int)] = []
    while let header = try peekHeader() {
      if case .data(let data) = header.kind {
        pages.append((position, header.headerSize + header.compressedSize, data.valueCount))
      }
      pass(header)
    }
    return pages
  }

  /// Checks a page against its checksum, where it has one.
  private func verify(_ header: PageHeader, _ range: Range<Int>) throws(Damage) {
    guard let expected = header.checksum else { return }
    let found = file.withBytes { Checksum.crc32($0.extracting(range)) }
    guard found == expected else {
      throw Damage(
        "the page is damaged: its checksum is \(hexadecimal(found)), "
          + "its header says \(hexadecimal(expected))")
    }
  }

  /// Refuses sizes that cannot come of the bytes, or would take too much memory, before memory is
  /// taken for them.
  private func checkExpansion(
    of range: Range<Int>, to size: Int, _ expandedLimit: Int
  ) throws(Damage) {
    guard (0...Limits.page).contains(size) else {
      throw Damage("a page claims to hold \(size) bytes")
    }
    if let factor = codec.largestExpansion, size > range.count * factor + 64 {
      throw Damage("a page of \(range.count) bytes cannot hold the \(size) that it claims")
    }
    guard size <= max(expandedLimit, range.count * Limits.plainExpansion) else {
      throw Damage(
        "not supported: a page of \(range.count) bytes that inflates to \(size); up to "
          + "\(expandedLimit) are")
    }
  }

  private func readData(
    _ header: DataPageHeader, _ range: Range<Int>, _ size: Int
  ) throws(Damage) -> DataPage {
    guard let levels = header.levelBytes else {
      return DataPage(header: header, bytes: try inflate(range, size: size), levels: [])
    }
    guard levels.repetition >= 0, levels.definition >= 0, levels.repetition <= range.count,
      levels.definition <= range.count - levels.repetition,
      levels.repetition + levels.definition <= size
    else { throw Damage("the levels of a page are larger than the page") }
    let split = range.lowerBound + levels.repetition + levels.definition
    let valueSize = size - levels.repetition - levels.definition
    let values = split..<range.upperBound
    let bytes =
      header.isCompressed ? try inflate(values, size: valueSize) : try copy(values, size: valueSize)
    return DataPage(
      header: header, bytes: bytes, levels: file.copy(range.lowerBound..<split))
  }

  private func inflate(_ range: Range<Int>, size: Int) throws(Damage) -> [UInt8] {
    // Nothing needs no codec: some writers store empty pages as no bytes at all.
    if range.isEmpty { return [] }
    guard codec != .uncompressed else { return try copy(range, size: size) }
    do throws(CodecError) {
      return try file.withBytes { (bytes) throws(CodecError) in
        try codec.inflate(bytes.extracting(range), size: size)
      }
    } catch {
      guard !error.isUnsupported else { throw Damage(error.reason) }
      throw Damage("a page is not valid \(codec.name) data of \(size) bytes: \(error.reason)")
    }
  }

  private func copy(_ range: Range<Int>, size: Int) throws(Damage) -> [UInt8] {
    guard range.count == size else {
      throw Damage("a page has \(range.count) bytes, its header says \(size)")
    }
    return file.copy(range)
  }

  private mutating func readHeader() throws(Damage) -> PageHeader {
    var window = PageReader.headerWindow
    while true {
      let count = min(window, limit - position)
      var reader = ThriftReader(file.copy(position..<position + count))
      do {
        var header = try PageHeader(reading: &reader)
        position += header.headerSize
        header.shorten(to: limit - position, codec)
        return header
      } catch {
        guard error.isTruncated, count == window, window < Limits.pageHeader else {
          throw Damage(
            error.isUnsupported ? error.message : "a page's header is damaged: \(error.message)")
        }
        window *= 16
      }
    }
  }
}

extension PageHeader {
  /// A plain page that claims more bytes than its column has left may have all its values in what is
  /// there: writers of old counted some pages wrong. If not, it is seen when the values are read.
  fileprivate mutating func shorten(to left: Int, _ codec: Codec) {
    guard codec == .uncompressed, compressedSize == uncompressedSize, compressedSize > left,
      compressedSize <= Limits.page
    else { return }
    compressedSize = left
    uncompressedSize = left
  }
}

private func hexadecimal(_ number: UInt32) -> String {
  let digits = String(number, radix: 16)
  return String(repeating: "0", count: 8 - digits.count) + digits
}
