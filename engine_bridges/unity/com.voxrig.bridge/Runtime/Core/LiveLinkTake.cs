using System;
using System.Collections.Generic;
using System.Globalization;

namespace Voxrig.Core
{
    /// <summary>
    /// A baked take: the rows of a Live Link Face CSV, read by name whatever the order of its columns.
    /// </summary>
    public sealed class LiveLinkTake
    {
        private readonly Dictionary<string, int> columns = new Dictionary<string,
            int>(StringComparer.OrdinalIgnoreCase);
        private readonly List<float[]> rows = new List<float[]>();

        private LiveLinkTake()
        {
        }

        /// <summary>Frames.</summary>
        public int Count { get { return rows.Count; } }

        /// <summary>
        /// Whole frames a second, guessed from the timecodes (a take under a second may have too few to tell).
        /// </summary>
        public int FramesPerSecond { get; private set; }

        /// <summary>Whether there is a column of that name.</summary>
        public bool Has(string name)
        {
            return columns.ContainsKey(name);
        }

        /// <summary>The value of a column in a frame; 0 where there is no such column.</summary>
        public float Value(int frame, string name)
        {
            int column;
            return columns.TryGetValue(name, out column) ? rows[frame][column] : 0f;
        }

        /// <summary>Reads the text of a file.</summary>
        /// <exception cref="FormatException">It is no Live Link Face CSV; the message names the line.</exception>
        public static LiveLinkTake Read(string text)
        {
            var lines = text.TrimStart('\ufeff').Split('\n');
            var names = lines[0].Trim().Split(',');
            if (names.Length < 3 || names[0].Trim() != "Timecode")
                throw new FormatException("line 1 is no header of a Live Link Face CSV: Timecode,BlendshapeCount,...");
            var take = new LiveLinkTake();
            for (var i = 2; i < names.Length; i++)
                take.columns[names[i].Trim()] = i - 2;
            for (var i = 1; i < lines.Length; i++)
                if (lines[i].Trim().Length > 0)
                    take.rows.Add(take.Row(lines[i].Trim().Split(','), names.Length, i + 1));
            return take;
        }

        private float[] Row(string[] cells, int width, int line)
        {
            if (cells.Length != width)
                throw new FormatException("line " + line + " has " + cells.Length + " cells, the header has " + width);
            var row = new float[width - 2];
            for (var i = 0; i < row.Length; i++)
                if (!float.TryParse(cells[i + 2], NumberStyles.Float, CultureInfo.InvariantCulture, out row[i]))
                    throw new FormatException("line " + line + " has '" + cells[i + 2] + "' where a number should be");
            FramesPerSecond = Math.Max(FramesPerSecond, FrameOf(cells[0], line) + 1);
            return row;
        }

        private static int FrameOf(string timecode, int line)
        {
            var parts = timecode.Split(':', ';');
            int frame;
            if (parts.Length != 4
                || !int.TryParse(parts[3].Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out frame))
                throw new FormatException("line " + line + " has '" + timecode
                    + "' where a timecode HH:MM:SS:FF.mmm should be");
            return frame;
        }
    }
}
