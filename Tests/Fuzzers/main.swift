import FuzzTargets
import Glibc

/// The environment's FUZZ_TARGET names what is tested. Arguments are libFuzzer's in a build with
/// FUZZING, see tools/fuzz. Other builds judge the records on standard input, each four bytes of
/// length and so many more, with a line "1" or "0" for accepted or not.
guard let target = getenv("FUZZ_TARGET").flatMap({ FuzzTarget(rawValue: String(cString: $0)) })
else {
  print("FUZZ_TARGET is one of", FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))
  exit(64)
}

#if FUZZING
exit(Driver.run(target))
#else
Judge.run(target)
#endif
