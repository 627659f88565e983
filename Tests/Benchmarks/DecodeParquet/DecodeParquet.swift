import Columns
import Dispatch
import Glibc
import Parquet
import Synchronization

/// Decodes every column of Parquet files and says how long that took.
///
///     DecodeParquet [--threads 2] [--repetitions 1] [--batch 8192] [--flat] [--stream] [--sums] FILE…
///
/// Each repetition opens the files anew and prints a line `wall SECONDS cpu SECONDS rows ROWS`. Work is
/// taken in blocks of columns of a row group, so that files of one row group keep all threads busy.
/// All batches are kept until the end, as a reader of whole tables has to; `--stream` drops them as a
/// scan does. Texts stay codes into dictionaries where the file has them so, `--flat` makes each
/// column one of plain values. `--sums` prints, after the figures, what every column has: its values
/// that are not NULL, and the sum of its numbers or of the lengths of its texts.
@main
struct DecodeParquet {
  private var threads = 2
  private var repetitions = 1
  private var batchSize = 8192
  private var isFlat = false
  private var isStreaming = false
  private var printsSums = false
  private var paths: [String] = []

  static func main() {
    do {
      try DecodeParquet(CommandLine.arguments.dropFirst()).run()
    } catch {
      print("error: \(error)")
      exit(1)
    }
  }

  private init(_ arguments: ArraySlice<String>) throws {
    var arguments = arguments
    while let argument = arguments.popFirst() {
      switch argument {
      case "--threads": threads = try Self.number(&arguments, after: argument)
      case "--repetitions": repetitions = try Self.number(&arguments, after: argument)
      case "--batch": batchSize = try Self.number(&arguments, after: argument)
      case "--flat": isFlat = true
      case "--stream": isStreaming = true
      case "--sums": printsSums = true
      default: paths.append(argument)
      }
    }
  }

  private static func number(_ arguments: inout ArraySlice<String>, after option: String) throws
    -> Int
  {
    guard let text = arguments.popFirst(), let number = Int(text), number > 0 else {
      throw UsageError(description: "expected a positive number after \(option)")
    }
    return number
  }

  private func run() throws {
    for repetition in 1...repetitions {
      let clock = ContinuousClock()
      let start = clock.now
      let cpuStart = Glibc.clock()
      let run = try DecodingRun(
        paths, batchSize: batchSize, isFlat: isFlat, isStreaming: isStreaming)
      try run.decode(threads: threads)
      let wall = start.duration(to: clock.now) / .seconds(1)
      let cpu = Double(Glibc.clock() - cpuStart) / Double(CLOCKS_PER_SEC)
      print("wall \(wall) cpu \(cpu) rows \(run.rowCount)")
      if printsSums && repetition == repetitions {
        for (name, sum) in run.sums() { print("sum \(name) \(sum.present) \(sum.total)") }
      }
    }
  }
}

struct UsageError: Error, CustomStringConvertible {
  let description: String
}
