using System.Collections.Generic;
using Voxrig.Core;

namespace Voxrig.Tests
{
    /// <summary>Keeps what a reader hands over, as far as the tests look at it.</summary>
    internal sealed class Record : ILinkSink
    {
        public readonly List<string> Said = new List<string>();
        public FrameBatch Frames;
        public SessionOpened Opened;
        public LinkEvent Event;
        public LinkError Error;
        public ServerHello Hello;
        public ServerDescription Description;

        public void OnHello(ServerHello hello)
        {
            Hello = hello;
            Said.Add("hello");
        }

        public void OnOpened(uint session, SessionOpened opened)
        {
            Opened = opened;
            Said.Add("opened " + session);
        }

        public void OnResumed(uint session, long taken, long nextSample)
        {
            Said.Add("resumed " + session + " " + taken + " " + nextSample);
        }

        public void OnFrames(uint session, FrameBatch frames)
        {
            Frames = frames; // no text: a test counts that nothing is allocated
        }

        public void OnEvent(uint session, LinkEvent happened)
        {
            Event = happened;
            Said.Add("event " + session);
        }

        public void OnError(uint session, LinkError error)
        {
            Error = error;
            Said.Add("error " + (error.HasSession ? session.ToString() : "-"));
        }

        public void OnPong(ulong id, double sent, double received, double replied)
        {
            Said.Add("pong " + id);
        }

        public void OnDescribe(ServerDescription description)
        {
            Description = description;
            Said.Add("describe");
        }
    }
}
