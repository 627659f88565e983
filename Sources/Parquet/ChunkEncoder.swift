import Columns
import Compression

/// The pages of one column chunk, ready to be written wherever the file stands.
struct EncodedChunk: Sendable {
  var bytes: [UInt8] = []
  /// Offsets in it count from the start of `bytes`.
  var metadata = ChunkMetadata()
  /// Of a leaf that is a column of its own.
  var bounds: ValueBounds?
  var nullCount = 0
}

/// Encodes what was gathered of a leaf.
struct ChunkEncoder {
  let leaf: WriteLeaf
  let options: ParquetWriterOptions

  /// - Throws: `Damage` when a value does not fit its type, or a page the format.
  func encode(_ gathering: inout LeafGathering) throws(Damage) -> EncodedChunk {
    let (codes, values) = gathering.finish()
    let pages = try pages(gathering, codes, values)
    var chunk = EncodedChunk()
    let codec = codec(for: pages)
    var firstDataPage: Int?
    for page in pages {
      let offset = chunk.bytes.count
      if case .dictionary = page.kind {
        chunk.metadata.dictionaryPageOffset = offset
      } else if firstDataPage == nil {
        firstDataPage = offset
      }
      let body = codec == .uncompressed ? page.bytes : page.compressed
      var header = PageHeader()
      header.kind = page.kind
      header.uncompressedSize = page.bytes.count
      header.compressedSize = body.count
      let encoded = header.encoded()
      chunk.metadata.uncompressedSize += encoded.count + page.bytes.count
      chunk.bytes += encoded
      chunk.bytes += body
    }
    chunk.metadata.dataPageOffset = firstDataPage ?? 0
    chunk.metadata.compressedSize = chunk.bytes.count
    chunk.metadata.hasMetadata = true
    chunk.metadata.type = leaf.storage
    chunk.metadata.path = leaf.path
    chunk.metadata.codec = codec
    chunk.metadata.valueCount = gathering.entryCount
    chunk.metadata.encodings =
      codes == nil ? [.plain, .runLength] : [.plain, .runLength, .dictionary]
    chunk.nullCount = gathering.entryCount - (codes?.count ?? values.count)
    let bounds = ValueBounds(of: values, 0..<values.count, type: leaf.type)
    chunk.bounds = bounds
    chunk.metadata.statistics = bounds.stored(leaf, nullCount: chunk.nullCount)
    return chunk
  }

  private struct RawPage {
    let kind: PageHeader.Kind
    let bytes: [UInt8]
    let compressed: [UInt8]
  }

  /// Compression that saves less than a twentieth only costs the readers time.
  private func codec(for pages: [RawPage]) -> Codec {
    let raw = pages.reduce(0) { $0 + $1.bytes.count }
    let compressed = pages.reduce(0) { $0 + $1.compressed.count }
    guard compressed * 20 < raw * 19 else { return .uncompressed }
    switch options.compression {
    case .uncompressed: return .uncompressed
    case .snappy: return .snappy
    case .gzip: return .gzip
    }
  }

  private func pages(
    _ gathering: LeafGathering, _ codes: [UInt32]?, _ values: WriteValues
  ) throws(Damage) -> [RawPage] {
    var pages: [RawPage] = []
    if codes != nil {
      var body: [UInt8] = []
      try values.appendPlain(0..<values.count, leaf, to: &body)
      pages.append(
        try page(.dictionary(valueCount: values.count, .plain), body))
    }
    let width = RunLengthEncoder.width(ofLargest: max(0, values.count - 1))
    var entry = 0
    var value = 0
    while entry < gathering.entryCount {
      let (entryEnd, valueEnd) = pageEnd(gathering, entry, value, codes == nil ? values : nil)
      var body: [UInt8] = []
      appendLevels(gathering.repetitions, entry..<entryEnd, leaf.maxRepetition, &body)
      appendLevels(gathering.definitions, entry..<entryEnd, leaf.maxDefinition, &body)
      if let codes {
        body.append(UInt8(width))
        RunLengthEncoder.append(codes, value..<valueEnd, width: width, to: &body)
      } else {
        try values.appendPlain(value..<valueEnd, leaf, to: &body)
      }
      var header = DataPageHeader()
      header.valueCount = entryEnd - entry
      header.encoding = codes == nil ? .plain : .dictionary
      pages.append(try page(.data(header), body))
      entry = entryEnd
      value = valueEnd
    }
    return pages
  }

  /// Where a page ends that begins with an entry and a value: after so many rows, or bytes of text.
  private func pageEnd(
    _ gathering: LeafGathering, _ start: Int, _ firstValue: Int, _ plain: WriteValues?
  ) -> (entry: Int, value: Int) {
    let text = plain?.layout == .text ? plain?.text : nil
    var entry = start
    var value = firstValue
    var rows = 0
    var size = 0
    while entry < gathering.entryCount {
      let isRow = gathering.repetitions.isEmpty || gathering.repetitions[entry] == 0
      if isRow {
        if rows >= options.pageRows || size >= ChunkEncoder.pageBytes { break }
        rows += 1
      }
      if Int(gathering.definitions[entry]) == leaf.maxDefinition {
        if let text { size += text.length(value) + 4 }
        value += 1
      }
      entry += 1
    }
    return (entry, value)
  }

  private static let pageBytes = 1 << 20

  private func appendLevels(
    _ levels: [UInt8], _ range: Range<Int>, _ largest: Int, _ body: inout [UInt8]
  ) {
    guard largest > 0 else { return }
    var runs: [UInt8] = []
    RunLengthEncoder.append(
      levels, range, width: RunLengthEncoder.width(ofLargest: largest), to: &runs)
    body.appendLittleEndian(UInt32(runs.count).littleEndian)
    body += runs
  }

  private func page(_ kind: PageHeader.Kind, _ bytes: [UInt8]) throws(Damage) -> RawPage {
    guard bytes.count <= 1 << 30 else {
      throw Damage("a page would be larger than 1 GiB; write fewer rows a page")
    }
    let compressed =
      switch options.compression {
      case .uncompressed: bytes
      case .snappy: Snappy.compress(bytes)
      case .gzip: Gzip.compress(bytes)
      }
    return RawPage(kind: kind, bytes: bytes, compressed: compressed)
  }
}
