import Files
import Fuzzing
import TestSupport
import Testing

/// Replays what the fuzzers found and what they began with; a target that traps ends the test run.
@Suite(.serialized) struct ReplayTests {
  private static let tests = Path.split(Path.split(#filePath).directory).directory

  @Test(arguments: FuzzTarget.allCases)
  func `cases found before return within seconds`(target: FuzzTarget) throws {
    let cases = try target.seeds(tests: Self.tests)
    #expect(!cases.isEmpty)
    for bytes in cases {
      // The bound is two seconds in an optimized build; this is for any build, on a busy machine.
      let took = ContinuousClock().measure { target.run(bytes) }
      #expect(took < .seconds(20), "\(target) with a case of \(bytes.count) bytes")
    }
  }

  @Test(arguments: FuzzTarget.allCases)
  func `cases damaged at random return`(target: FuzzTarget) throws {
    var random = SplitMix64(seed: 7)
    let cases = try target.seeds(tests: Self.tests).filter { (1...4000).contains($0.count) }
    for bytes in cases.shuffled(using: &random).prefix(12) {
      for _ in 0..<6 {
        var damaged = bytes
        for _ in 0...Int.random(in: 0..<4, using: &random) {
          damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8(random.next() & 255)
        }
        if Int.random(in: 0..<4, using: &random) == 0 {
          damaged.removeLast(Int.random(in: 0..<damaged.count, using: &random))
        }
        target.run(damaged)
      }
    }
  }

  @Test func `nothing at all is no trouble`() {
    for target in FuzzTarget.allCases {
      target.run([])
      target.run([0])
    }
  }
}
