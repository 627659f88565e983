import Columns
import Files
import Ingestion
import TestSupport
import Testing

/// Identities of rows, in memory and beyond what of them is kept there.
@Suite struct RowKeySetTests {
  private func keys(_ ids: [Int?]) -> RowKeys {
    RowKeys([
      Column(.varchar, values: ids.map { $0.map { .text("line item \($0)") } ?? .text("") }),
      Column(
        .varchar, constant: .text("2026-05-01T00:00:00Z/2026-05-02T00:00:00Z"), count: ids.count),
    ])
  }

  @Test(arguments: 0..<20) func `what repeats is found on disk as in memory`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let scratch = try Scratch()
    let count = Int.random(in: 100..<3000, using: &random)
    let repeated = (0..<Int.random(in: 0..<5, using: &random)).map { _ in
      Int.random(in: 0..<count, using: &random)
    }
    let ids = (Array(0..<count) + repeated).shuffled(using: &random).map(Optional.some) + [nil]
    // The second holds less than a batch, so that each goes to disk.
    var sets = [
      RowKeySet(directory: scratch.path), RowKeySet(directory: scratch.path, memoryBytes: 512),
    ]
    var start = 0
    while start < ids.count {
      let end = min(ids.count, start + Int.random(in: 1..<400, using: &random))
      let batch = keys(Array(ids[start..<end]))
      for number in sets.indices { try sets[number].add(batch) }
      start = end
    }
    #expect(try Directory.names(scratch.path).isEmpty)
    for number in sets.indices {
      #expect(sets[number].count == ids.count - 1)
      #expect(sets[number].missing == 1)
      let found = try sets[number].repetition()
      #expect((found?.surplus ?? 0) == repeated.count)
      #expect((found?.keys.count ?? 0) == Set(repeated).count)
    }
  }

  @Test func `keys that cannot be put aside are an error`() throws {
    var set = RowKeySet(directory: "/nowhere", memoryBytes: 512)
    #expect(throws: FileError.self) { try set.add(keys(Array(0..<100))) }
    var large = RowKeySet(directory: "/nowhere")
    try large.add(keys(Array(0..<100)))
    #expect(try large.repetition() == nil)
  }
}
