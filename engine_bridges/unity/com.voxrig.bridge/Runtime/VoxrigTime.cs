using System.Diagnostics;

namespace Voxrig.Bridge
{
    /// <summary>
    /// Seconds since the start that never go back, on any thread: Unity's own times are the main thread's alone.
    /// </summary>
    public static class VoxrigTime
    {
        private static readonly Stopwatch Watch = Stopwatch.StartNew();

        /// <summary>Seconds.</summary>
        public static double Now { get { return Watch.Elapsed.TotalSeconds; } }
    }
}
