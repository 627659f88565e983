// What libFuzzer calls: `./dev fuzz` links the objects with its `main`; elsewhere nobody calls it.
import Glibc

/// The target that `KAKEIBO_FUZZ_TARGET` names.
private let target: FuzzTarget = {
  let name = unsafe getenv("KAKEIBO_FUZZ_TARGET").map { unsafe String(cString: $0) }
  guard let target = FuzzTarget(rawValue: name ?? "") else {
    print("KAKEIBO_FUZZ_TARGET names none of \(FuzzTarget.allCases.map(\.rawValue))")
    exit(2)
  }
  return target
}()

/// Writes the first cases to `KAKEIBO_FUZZ_SEEDS` from the tests at `KAKEIBO_FUZZ_TESTS`.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
  _ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?
) -> CInt {
  guard let folder = unsafe getenv("KAKEIBO_FUZZ_SEEDS").map({ unsafe String(cString: $0) }),
    let tests = unsafe getenv("KAKEIBO_FUZZ_TESTS").map({ unsafe String(cString: $0) }),
    let seeds = try? target.seeds(tests: tests)
  else { return 0 }
  for (position, seed) in seeds.enumerated() {
    guard let file = unsafe fopen("\(folder)/seed-\(position)", "w") else { continue }
    // SAFETY: the pointer has the bytes of the array, and is not kept.
    unsafe seed.withUnsafeBytes { _ = unsafe fwrite($0.baseAddress, 1, $0.count, file) }
    unsafe fclose(file)
  }
  return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  // SAFETY: libFuzzer hands over `count` bytes; they are copied before they go.
  target.run(unsafe Array(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}
