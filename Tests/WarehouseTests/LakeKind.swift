/// Where a test's lake is.
enum LakeKind: String, CaseIterable, Sendable { case disk, memory }
