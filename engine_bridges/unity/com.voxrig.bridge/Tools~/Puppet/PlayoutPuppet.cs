using System;
using System.IO;
using System.Text;
using Voxrig.Core;

namespace Voxrig.Puppet
{
    /// <summary>Playout without a server: a command a line, an answer a line where there is one.</summary>
    internal sealed class PlayoutPuppet
    {
        private const double Margin = 0.02;

        private PlayoutBuffer buffer;
        private PlayoutClock clock;
        private PlayoutDelay delay;
        private float[] values;

        public PlayoutPuppet()
        {
            Begin("buffer 1 0 48000 256 0.1 0.2".Split(' '));
        }

        public int Run(TextReader commands, TextWriter answers)
        {
            for (var line = commands.ReadLine(); line != null && line != "quit"; line = commands.ReadLine())
            {
                var answer = Obey(line.Split(new[] { ' ' }, StringSplitOptions.RemoveEmptyEntries));
                if (answer != null)
                    answers.WriteLine(answer);
                answers.Flush();
            }
            return 0;
        }

        private string Obey(string[] words)
        {
            if (words.Length == 0)
                return null;
            switch (words[0])
            {
                case "buffer": Begin(words); return null;
                case "frame": return Frame(words);
                case "cut": buffer.Interrupt(long.Parse(words[1])); return null;
                case "report": clock.Report(ExactNumber.Parse(words[1]), ExactNumber.Parse(words[2])); return null;
                case "arrived": delay.Arrived(ExactNumber.Parse(words[1]), ExactNumber.Parse(words[2])); return null;
                case "delay": return "delay " + delay.Seconds.ToString("R");
                case "counts": return Counts();
                case "sample":
                    buffer.Sample(ExactNumber.Parse(words[1]), values);
                    return "sampled" + Values();
                case "show":
                    var media = clock.At(ExactNumber.Parse(words[1]));
                    buffer.Sample(media, values);
                    return "shown " + media.ToString("G17") + Values();
                default: throw new FormatException("'" + words[0] + "' is no command of playout");
            }
        }

        private void Begin(string[] words)
        {
            var rate = int.Parse(words[3]);
            buffer = new PlayoutBuffer(
                int.Parse(words[1]), int.Parse(words[2]), rate, int.Parse(words[4]), ExactNumber.Parse(words[5]),
                    ExactNumber.Parse(words[6]));
            clock = new PlayoutClock(rate);
            delay = new PlayoutDelay(Margin);
            values = new float[buffer.Stride];
        }

        private string Frame(string[] words)
        {
            for (var i = 0; i < values.Length; i++)
                values[i] = float.Parse(words[3 + i]);
            return buffer.Push(long.Parse(words[1]), long.Parse(words[2]), values) ? null : "refused " + words[1];
        }

        private string Values()
        {
            var text = new StringBuilder();
            foreach (var value in values)
                text.Append(' ').Append(value.ToString("G9"));
            return text.ToString();
        }

        private string Counts()
        {
            var c = buffer.Counts;
            return string.Join(" ", "counts", c.Pushed, c.Exact, c.Interpolated, c.Held, c.Rested, c.Waited, c.Late,
                c.Skipped,
                c.Superseded, c.Overflowed, clock.Reports, clock.Resyncs, clock.Pauses);
        }
    }
}
