namespace Voxrig.Core
{
    /// <summary>Speech to be spoken, as it can be had: a clip, a voice from the net.</summary>
    public interface ISpeechSource
    {
        /// <summary>
        /// Writes up to <paramref name="count"/> mono samples at the player's rate; fewer where no more are there yet.
        /// </summary>
        int Read(float[] samples, int offset, int count);

        /// <summary>Whether nothing more will come.</summary>
        bool HasEnded { get; }
    }
}
