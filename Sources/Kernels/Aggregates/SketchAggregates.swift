import Columns

/// Aggregates whose results are sketches, with which other queries can go on.
enum SketchAggregates {
  static let all: [AggregateFunction] = [
    AggregateFunction(
      "approx_set",
      summary: "a sketch of the distinct values: a HyperLogLog of 4096 registers, error 1.6 %",
      overloads: [
        AggregateOverload([.any], result: { _ in .opaque(.hyperLogLog) }) { _ in distinct() },
        AggregateOverload([.any, .exactly(.double)], result: { _ in .opaque(.hyperLogLog) }) { _ in
          distinct()
        },
      ]),
    AggregateFunction(
      "merge", summary: "the sketch of all values of several sketches",
      overloads: [
        merging(.hyperLogLog, read: { HyperLogLog($0) }, write: \.bytes) { $0.merge($1) },
        merging(.p4HyperLogLog, read: { HyperLogLog($0) }, write: { $0.dense().bytes }) {
          $0.merge($1)
        },
        merging(.tDigest, read: { TDigest($0) }, write: \.bytes) {
          $0.merge($1)
          return true
        },
      ]),
    AggregateFunction(
      "tdigest_agg", summary: "a sketch of how the values are distributed: a t-digest",
      overloads: [
        AggregateOverload([.exactly(.double)], result: { _ in .opaque(.tDigest) }) { _ in
          distribution()
        },
        AggregateOverload(
          [.exactly(.double), .exactly(.double)], result: { _ in .opaque(.tDigest) }
        ) { _ in distribution() },
      ]),
    AggregateFunction(
      "make_set_digest", summary: "the least hashes of the values and how often they occur",
      overloads: [
        AggregateOverload([.any], result: { _ in .opaque(.setDigest) }) { _ in
          SketchAccumulator<SetDigest>(.setDigest, write: \.bytes) { states, groups, arguments in
            ValueHash.forEach(
              arguments[0], rowCount: arguments[0].count, by: SketchHash.hash
            ) { row, hash in
              states.change(Int(groups?[row] ?? 0), SetDigest()) { $0.insert(hash: hash) }
            }
          } merge: {
            $0.merge($1)
          }
        }
      ]),
    AggregateFunction(
      "merge_set_digest", summary: "the digest of all values of several digests of sets",
      overloads: [
        merging(.setDigest, read: { SetDigest($0) }, write: \.bytes) { $0.merge($1) }
      ]),
  ]

  private static func distinct() -> any Accumulator {
    SketchAccumulator<HyperLogLog>(.hyperLogLog, write: \.bytes) { states, groups, arguments in
      let indexBits = try indexBits(arguments)
      ValueHash.forEach(
        arguments[0], rowCount: arguments[0].count, by: SketchHash.hash
      ) { row, hash in
        states.change(Int(groups?[row] ?? 0), HyperLogLog(indexBits: indexBits)) {
          $0.insert(hash: hash)
        }
      }
    } merge: {
      $0.merge($1)
    }
  }

  /// By the standard error that the second argument allows.
  private static func indexBits(_ arguments: [Column]) throws -> Int {
    guard arguments.count > 1, arguments[1].count > 0, let error = arguments[1].value(0).double
    else { return HyperLogLog.defaultIndexBits }
    guard let bits = HyperLogLog.indexBits(error: error) else {
      throw EvaluationError(
        "approx_set: the standard error must be from 0.0040625 to 0.26, found \(error)")
    }
    return bits
  }

  private static func distribution() -> any Accumulator {
    SketchAccumulator<TDigest>(.tDigest, write: \.bytes) { states, groups, arguments in
      for row in 0..<arguments[0].count {
        guard let value = arguments[0].value(row).double else { continue }
        var weight = 1.0
        if arguments.count > 1 {
          guard let given = arguments[1].value(row).double else { continue }
          weight = given
        }
        guard value.isFinite, weight.isFinite, weight > 0 else {
          throw EvaluationError(
            value.isFinite
              ? "tdigest_agg: a weight must be positive, found \(weight)"
              : "tdigest_agg: a value must be finite, found \(value)")
        }
        states.change(Int(groups?[row] ?? 0), TDigest()) { $0.insert(value, weight: weight) }
      }
    } merge: {
      $0.merge($1)
      return true
    }
  }

  private static func merging<Sketch: Sendable>(
    _ type: OpaqueType, read: @escaping @Sendable ([UInt8]) -> Sketch?,
    write: @escaping @Sendable (Sketch) -> [UInt8],
    _ merge: @escaping @Sendable (inout Sketch, Sketch) -> Bool
  ) -> AggregateOverload {
    AggregateOverload([.exactly(.opaque(type))], result: { _ in .opaque(type) }) { _ in
      SketchAccumulator<Sketch>(type, write: write) { states, groups, arguments in
        for row in 0..<arguments[0].count {
          guard case .bytes(let bytes) = arguments[0].value(row) else { continue }
          guard let sketch = read(bytes) else { throw SketchAccumulator<Sketch>.damaged(type) }
          try states.merge(Int(groups?[row] ?? 0), sketch, merge)
        }
      } merge: {
        merge(&$0, $1)
      }
    }
  }
}

/// A sketch per group; NULL for groups without values.
final class SketchAccumulator<Sketch>: Accumulator {
  /// The sketches of all groups that have one.
  struct States {
    fileprivate(set) var sketches: [Sketch?] = []

    mutating func change(
      _ group: Int, _ empty: @autoclosure () -> Sketch, _ body: (inout Sketch) -> Void
    ) {
      var sketch = sketches[group] ?? empty()
      sketches[group] = nil
      body(&sketch)
      sketches[group] = sketch
    }

    mutating func merge(_ group: Int, _ other: Sketch, _ body: (inout Sketch, Sketch) -> Bool)
      throws
    {
      guard var sketch = sketches[group] else {
        sketches[group] = other
        return
      }
      guard body(&sketch, other) else {
        throw EvaluationError("sketches of different precision cannot be merged")
      }
      sketches[group] = sketch
    }
  }

  private let type: OpaqueType
  private let write: (Sketch) -> [UInt8]
  private let update: (inout States, _ groups: [UInt32]?, _ arguments: [Column]) throws -> Void
  private let merge: (inout Sketch, Sketch) -> Bool
  private var states = States()

  init(
    _ type: OpaqueType, write: @escaping (Sketch) -> [UInt8],
    update:
      @escaping (inout States, _ groups: [UInt32]?, _ arguments: [Column]) throws -> Void,
    merge: @escaping (inout Sketch, Sketch) -> Bool
  ) {
    self.type = type
    self.write = write
    self.update = update
    self.merge = merge
  }

  func resize(groups count: Int) { states.sketches.extend(to: count, with: nil) }

  func update(groups: [UInt32]?, arguments: [Column], rowCount: Int) throws {
    try update(&states, groups, arguments)
  }

  func merge(_ other: any Accumulator, mapping: [UInt32]) throws {
    guard let other = other as? SketchAccumulator else { return }
    for (group, sketch) in other.states.sketches.enumerated() {
      if let sketch { try states.merge(Int(mapping[group]), sketch, merge) }
    }
  }

  func finish() -> Column {
    Column(.opaque(type), values: states.sketches.map { $0.map { .bytes(write($0)) } ?? .null })
  }

  static func damaged(_ type: OpaqueType) -> EvaluationError {
    EvaluationError("expected a \(type.rawValue), found bytes that are none")
  }
}
