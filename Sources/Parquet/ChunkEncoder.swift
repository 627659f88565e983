import Columns
import Compression

/// The pages of one column chunk, ready to be written wherever the file stands.
struct EncodedChunk: Sendable {
  /// Headers and bodies in the order in which they are written.
  var pieces: [[UInt8]] = []
  /// Offsets in it count from the start of the first piece.
  var metadata = ChunkMetadata()
  /// The same.
  var index = PageIndex()
  /// Of a leaf that is a column of its own.
  var bounds: ValueBounds?
  var nullCount = 0
}

/// Encodes what was gathered of a leaf: by a dictionary or plainly, whichever takes fewer bytes.
///
/// Of the other encodings none is written: where the values of a bill repeat, a dictionary is shorter
/// than differences are, and where they do not (line item ids), their lengths are all that could be
/// saved, a thousandth; Spark's fast reader refuses BYTE_STREAM_SPLIT.
struct ChunkEncoder {
  let leaf: WriteLeaf
  let options: ParquetWriterOptions

  /// - Throws: `Damage` when a value does not fit its type, or a page the format.
  func encode(_ gathered: LeafGathering) throws(Damage) -> EncodedChunk {
    var gathering = gathered
    let (dictionary, plain) = gathering.finish()
    var best: Layout?
    if let (codes, entries) = dictionary {
      best = try layout(gathering, PageCut.cuts(gathering, options), codes, entries)
    }
    if let plain {
      let cuts = PageCut.cuts(gathering, options, texts: plain)
      let other = try layout(gathering, cuts, nil, plain)
      // Codes are quicker to read and to compute with, so they may be a little longer.
      if best.map({ other.size < $0.size / 16 * 15 }) ?? true { best = other }
    }
    guard let best else { throw Damage("a column was given no layout") }
    return chunk(gathering, best)
  }

  /// One way to store the chunk.
  private struct Layout {
    var cuts: [PageCut]
    var codes: [UInt32]?
    /// The dictionary where there are codes.
    var values: WriteValues
    var pages: [RawPage] = []
    var codec = Codec.uncompressed
    /// Bytes of all pages with their headers.
    var size: Int { pages.reduce(0) { $0 + $1.header.count + $1.stored(codec).count } }
  }

  private struct RawPage {
    let kind: PageHeader.Kind
    let bytes: [UInt8]
    let compressed: [UInt8]
    var header: [UInt8] = []

    func stored(_ codec: Codec) -> [UInt8] { codec == .uncompressed ? bytes : compressed }
  }

  private func chunk(_ gathering: LeafGathering, _ layout: Layout) -> EncodedChunk {
    var chunk = EncodedChunk()
    var end = 0
    for page in layout.pages {
      let offset = end
      let stored = page.stored(layout.codec)
      chunk.metadata.uncompressedSize += page.header.count + page.bytes.count
      chunk.pieces += [page.header, stored]
      end += page.header.count + stored.count
      if case .dictionary = page.kind {
        chunk.metadata.dictionaryPageOffset = offset
      } else {
        let firstRow = layout.cuts[chunk.index.pages.count].firstRow
        chunk.index.pages.append(
          PageIndex.Page(offset: offset, size: end - offset, firstRow: firstRow))
      }
    }
    let isDictionary = layout.codes != nil
    chunk.metadata.dataPageOffset = chunk.index.pages.first?.offset ?? 0
    chunk.metadata.compressedSize = end
    chunk.metadata.hasMetadata = true
    chunk.metadata.type = leaf.storage
    chunk.metadata.path = leaf.path
    chunk.metadata.codec = layout.codec
    chunk.metadata.valueCount = gathering.entryCount
    chunk.metadata.encodings =
      isDictionary ? [.plain, .runLength, .dictionary] : [.plain, .runLength]
    if isDictionary {
      chunk.metadata.pageCounts = [
        (true, .plain, 1), (false, .dictionary, chunk.index.pages.count),
      ]
    }
    let valueCount = layout.codes?.count ?? layout.values.count
    chunk.nullCount = gathering.entryCount - valueCount
    let bounds = bounds(0..<valueCount, layout)
    chunk.bounds = bounds
    chunk.metadata.statistics = bounds.stored(leaf, nullCount: chunk.nullCount)
    let cuts = layout.cuts
    chunk.index.bounds = PageBounds(
      cuts.map { cut in
        (
          cuts.count == 1 ? bounds : self.bounds(cut.values, layout), cut.values.count,
          cut.entries.count - cut.values.count
        )
      }, leaf)
    return chunk
  }

  /// What some of the values lie between.
  private func bounds(_ range: Range<Int>, _ layout: Layout) -> ValueBounds {
    guard let codes = layout.codes else {
      return ValueBounds(of: layout.values, range, type: leaf.type)
    }
    guard layout.values.layout == .double else {
      if range.count == codes.count {
        return ValueBounds(of: layout.values, 0..<layout.values.count, type: leaf.type)
      }
      var areUsed = [Bool](repeating: false, count: layout.values.count)
      var marks = areUsed.mutableSpan
      let span = codes.span
      for position in range { marks[Int(span[position])] = true }
      return ValueBounds(of: layout.values, areUsed.indices.filter { areUsed[$0] }, type: leaf.type)
    }
    // Each NaN counts, however few entries of the dictionary they are.
    var uses = [UInt32](repeating: 0, count: layout.values.count)
    for position in range { uses[Int(codes[position])] &+= 1 }
    var bounds = ValueBounds(
      of: layout.values, uses.indices.filter { uses[$0] > 0 }, type: leaf.type)
    bounds.countNaNs(of: layout.values, uses)
    return bounds
  }

  private func layout(
    _ gathering: LeafGathering, _ cuts: [PageCut], _ codes: [UInt32]?, _ values: WriteValues
  ) throws(Damage) -> Layout {
    var layout = Layout(cuts: cuts, codes: codes, values: values)
    if codes != nil {
      var body: [UInt8] = []
      try values.appendPlain(0..<values.count, leaf, to: &body)
      layout.pages.append(try page(.dictionary(valueCount: values.count, .plain), body))
    }
    let width = RunLengthEncoder.width(ofLargest: max(0, values.count - 1))
    for cut in cuts {
      var body: [UInt8] = []
      gathering.repetitions.appendRuns(cut.entries, largest: leaf.maxRepetition, to: &body)
      gathering.definitions.appendRuns(cut.entries, largest: leaf.maxDefinition, to: &body)
      if let codes {
        body.append(UInt8(width))
        RunLengthEncoder.append(codes, cut.values, width: width, to: &body)
      } else {
        try values.appendPlain(cut.values, leaf, to: &body)
      }
      var header = DataPageHeader()
      header.valueCount = cut.entries.count
      header.encoding = codes == nil ? .plain : .dictionary
      layout.pages.append(try page(.data(header), body))
    }
    layout.codec = codec(for: layout.pages)
    for index in layout.pages.indices {
      let page = layout.pages[index]
      let stored = page.stored(layout.codec)
      var header = PageHeader()
      header.kind = page.kind
      header.checksum = Checksum.crc32(stored)
      header.uncompressedSize = page.bytes.count
      header.compressedSize = stored.count
      layout.pages[index].header = header.encoded()
    }
    return layout
  }

  /// Compression that saves less than a tenth only costs the readers time: a month's line item ids
  /// shrink by 7 %, and inflating them took two thirds of the time of reading them.
  private func codec(for pages: [RawPage]) -> Codec {
    let raw = pages.reduce(0) { $0 + $1.bytes.count }
    let compressed = pages.reduce(0) { $0 + $1.compressed.count }
    guard compressed * 10 < raw * 9 else { return .uncompressed }
    switch options.compression {
    case .uncompressed: return .uncompressed
    case .snappy: return .snappy
    case .gzip: return .gzip
    }
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
