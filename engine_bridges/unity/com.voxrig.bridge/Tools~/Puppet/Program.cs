using System;
using System.Globalization;
using System.Threading;
using Voxrig.Core;

namespace Voxrig.Puppet
{
    /// <summary>
    /// The package's core, driven by lines of text: HOST PORT against a server, or --playout without one.
    /// </summary>
    public static class Program
    {
        /// <summary>
        /// Returns 0 when told to quit or done, 1 where the connection was lost, 2 for wrong arguments or commands.
        /// </summary>
        public static int Main(string[] arguments)
        {
            Thread.CurrentThread.CurrentCulture = CultureInfo.InvariantCulture;
            try
            {
                return Run(arguments);
            }
            catch (Exception error) when (error is FormatException || error is ArgumentException
                || error is IndexOutOfRangeException)
            {
                Console.Error.WriteLine(error.Message);
                return 2;
            }
        }

        private static int Run(string[] arguments)
        {
            int port;
            if (arguments.Length == 1 && arguments[0] == "--playout")
                return new PlayoutPuppet().Run(Console.In, Console.Out);
            if (arguments.Length >= 2 && arguments.Length <= 6 && int.TryParse(arguments[1], out port))
                return new LinkPuppet(arguments[0], port, Console.Out, Options(arguments)).Run(Console.In);
            throw new ArgumentException("give HOST PORT [WINDOW [KEEP [TOKEN [FINGERPRINT]]]] of a Voxrig server's "
                + "engine link, or --playout");
        }

        // Seconds for which a loss is mended, and of audio that is kept; a token; and with a fingerprint TLS.
        private static LinkOptions Options(string[] arguments)
        {
            var options = new LinkOptions { ResumeSeconds = 0.0 };
            if (arguments.Length > 2)
                options.ResumeSeconds = double.Parse(arguments[2]);
            if (arguments.Length > 3)
                options.KeepSeconds = double.Parse(arguments[3]);
            if (arguments.Length > 4)
                options.Token = arguments[4];
            if (arguments.Length > 5)
            {
                options.Tls = true;
                options.TlsFingerprint = arguments[5];
            }
            return options;
        }
    }
}
