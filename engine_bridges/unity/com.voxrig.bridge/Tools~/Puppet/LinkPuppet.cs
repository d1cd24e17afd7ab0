using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Text;
using System.Threading;
using Voxrig.Core;

namespace Voxrig.Puppet
{
    /// <summary>A client that does what lines of text say, and writes what the server answers.</summary>
    internal sealed class LinkPuppet
    {
        private readonly TextWriter answers;
        private readonly LinkClient client;
        private readonly Queue<string> lines = new Queue<string>();
        private readonly NamedValues values = new NamedValues();
        private int exit = -1;

        public LinkPuppet(string host, int port, TextWriter answers, LinkOptions options)
        {
            this.answers = answers;
            var watch = Stopwatch.StartNew();
            client = new LinkClient(host, port, "Voxrig puppet, C#", () => watch.Elapsed.TotalSeconds, options);
            client.Ready += hello => Say("hello " + hello.Version + " " + hello.Server);
            client.Opened += (session, opened) => Say(Opened(session, opened));
            client.FramesCame += SayFrames;
            client.Happened += (session, happened) => Say(Event(session, happened));
            client.Failed += (session, error) => Say(Error(session, error));
            client.Ponged += (id, seconds) => Say("pong " + seconds.ToString("R"));
            client.Reconnecting += why => Say("reconnecting " + Line(why));
            client.Reconnected += () => Say("reconnected");
            client.Restored += (session, exact) => Say("restored " + session + (exact ? " exactly" : " anew"));
            client.Lost += why => End("lost " + Line(why), 1);
            client.Done += () => End("done", 0);
        }

        public int Run(TextReader commands)
        {
            var reading = new Thread(() => ReadLines(commands)) { IsBackground = true };
            reading.Start();
            while (exit < 0)
            {
                client.Poll();
                var line = client.IsReady || client.HasEnded ? NextLine() : null;
                if (line == null)
                    Thread.Sleep(1);
                else if (exit < 0)
                    Obey(line.Split(new[] { ' ' }, StringSplitOptions.RemoveEmptyEntries));
            }
            client.Dispose();
            return exit;
        }

        private void ReadLines(TextReader commands)
        {
            var line = commands.ReadLine();
            for (; line != null; line = commands.ReadLine())
                lock (lines)
                    lines.Enqueue(line);
        }

        private string NextLine()
        {
            lock (lines)
                return lines.Count == 0 ? null : lines.Dequeue();
        }

        private void Obey(string[] words)
        {
            if (words.Length == 0)
                return;
            var session = words.Length > 1 ? uint.Parse(words[1]) : 0;
            switch (words[0])
            {
                case "open": Open(session, words); break;
                case "audio": Audio(session, long.Parse(words[2]), Bytes(words.Length > 3 ? words[3] : "")); break;
                case "end": End(session, long.Parse(words[2])); break;
                case "interrupt": Interrupt(session, words.Length > 2 ? long.Parse(words[2]) : (long?)null); break;
                case "cue":
                    ReadValues(words, 4);
                    client.SendCue(session, long.Parse(words[2]), words[3], values);
                    break;
                case "close": Close(session); break;
                case "ping": client.Ping(); break;
                case "done": client.Finish(); break;
                case "quit": exit = 0; break;
                default: throw new FormatException("'" + words[0] + "' is no command");
            }
        }

        private void Open(uint session, string[] words)
        {
            var settings = new OpenSettings { Rig = words[2] };
            settings.FrameRateNumerator = uint.Parse(words[3]);
            settings.FrameRateDenominator = uint.Parse(words[4]);
            settings.SampleRate = uint.Parse(words[5]);
            settings.Seed = ulong.Parse(words[6]);
            for (var i = 7; i < words.Length; i++)
                settings.SetOption(words[i]);
            if (client.Session(session) == null)
                client.Open(session, settings);
            else
                client.SendOpen(session, settings);
        }

        // Where a command is what a session would say by itself, the session says it; else, and for numbers that are
        // not open, it goes out as it is, to be refused by the server.
        private void Audio(uint number, long first, byte[] samples)
        {
            var session = client.Session(number);
            if (session != null && session.CanSendAudio && session.NextSample == first && samples.Length > 0)
                session.SendAudio(samples, 0, samples.Length);
            else
                client.SendAudio(number, first, samples, 0, samples.Length);
        }

        private void End(uint number, long tail)
        {
            var session = client.Session(number);
            if (session == null || !session.EndUtterance(tail))
                client.SendEndUtterance(number, tail);
        }

        private void Interrupt(uint number, long? at)
        {
            var session = client.Session(number);
            if (session == null || !session.Interrupt(at))
                client.SendInterrupt(number, at);
        }

        private void Close(uint number)
        {
            var session = client.Session(number);
            if (session == null || session.State >= SessionState.Closing)
                client.SendClose(number);
            else
                session.Close();
        }

        private void ReadValues(string[] words, int from)
        {
            values.Clear();
            for (var i = from; i < words.Length; i++)
            {
                var pair = words[i].Split('=');
                values.Set(pair[0], float.Parse(pair[1]));
            }
        }

        private void SayFrames(uint session, FrameBatch frames)
        {
            for (var i = 0; i < frames.Count; i++)
                answers.WriteLine("frame {0} {1} {2} {3} {4:x8}",
                    session, frames.Utterance, frames.FirstIndex + i, frames.Sample(i), frames.Hash(i));
            answers.Flush();
        }

        private static string Opened(uint session, SessionOpened o)
        {
            return string.Join(" ", "opened", session, o.Rig, o.Controls.Length, o.Bones.Length, o.Stride, o.SampleRate,
                o.FrameRateNumerator, o.FrameRateDenominator, o.LookAheadNumerator, o.LookAheadDenominator, o.Seed,
                o.BlendSamples, o.Controls.Length > 0 ? o.Controls[0] : "-");
        }

        private static string Event(uint session, LinkEvent e)
        {
            var text = new StringBuilder(string.Join(" ", "event", session, e.KindName, e.Utterance, e.FrameCount,
                e.FrameIndex,
                e.MediaSample, e.NextSample));
            var pairs = new List<string>();
            for (var i = 0; i < e.Values.Count; i++)
                pairs.Add(" " + e.Values.Name(i) + "=" + e.Values.Value(i).ToString("G9").ToLowerInvariant());
            pairs.Sort(string.CompareOrdinal);
            return text.Append(string.Concat(pairs)).ToString();
        }

        private static string Error(uint session, LinkError e)
        {
            return string.Join(" ", "error", e.HasSession ? session.ToString() : "-", e.Code, e.Refused.Length > 0
                ? e.Refused : "-",
                e.SessionClosed ? 1 : 0, e.NextSample, Line(e.Message));
        }

        private void End(string last, int code)
        {
            Say(last);
            exit = code;
        }

        private void Say(string answer)
        {
            answers.WriteLine(answer);
            answers.Flush();
        }

        private static string Line(string text)
        {
            return text.Replace('\r', ' ').Replace('\n', ' ');
        }

        private static byte[] Bytes(string hex)
        {
            var bytes = new byte[hex.Length / 2];
            for (var i = 0; i < bytes.Length; i++)
                bytes[i] = Convert.ToByte(hex.Substring(2 * i, 2), 16);
            return bytes;
        }
    }
}
