using System;
using UnityEngine;
using UnityEngine.Events;
using Voxrig.Core;

namespace Voxrig.Bridge
{
    /// <summary>
    /// A character who speaks: its voice through the AudioSource beside it, its face in <see cref="Pose"/>.
    /// </summary>
    /// <remarks>
    /// Put a <see cref="BlendShapeDriver"/> and a <see cref="BoneDriver"/> beside it, or read the pose yourself.
    /// </remarks>
    [AddComponentMenu("Voxrig/Voxrig Character")]
    [DefaultExecutionOrder(-100)]
    [RequireComponent(typeof(AudioSource))]
    [DisallowMultipleComponent]
    public sealed class VoxrigCharacter : MonoBehaviour
    {
        private const double RetrySeconds = 1.0;

        [Tooltip("Empty: the scene's first.")]
        [SerializeField] private VoxrigConnection connection;

        [Tooltip("Of the sound that is sent and heard, in Hz. 0: as Unity plays.")]
        [SerializeField] private int sampleRate = 48000;

        [Tooltip("Frames a second that the server sends; what is shown is interpolated.")]
        [SerializeField] private int framesPerSecond = 60;

        [Tooltip("0: another performance each time. Any other number: the same blinks and looks again.")]
        [SerializeField] private long seed;

        [Tooltip("Whether the face blinks and looks while nobody speaks (silence is sent meanwhile).")]
        [SerializeField] private bool livesInSilence = true;

        [SerializeField] private BodySettings body = new BodySettings();

        [Tooltip("What the session is opened with besides: style=soft, emotion=joy=0.3, gaze=off, ...")]
        [SerializeField] private string[] options = new string[0];

        [Tooltip("Milliseconds that the sound takes beyond what Unity knows: 150 to 250 for Bluetooth.")]
        [SerializeField] private float extraLatencyMilliseconds;

        [SerializeField] private VisemeEvent onViseme = new VisemeEvent();
        [SerializeField] private EmotionEvent onEmotion = new EmotionEvent();
        [SerializeField] private ErrorEvent onError = new ErrorEvent();
        [SerializeField] private UnityEvent onFinished = new UnityEvent();

        private readonly NamedValues values = new NamedValues();
        private SpeechPlayer player;
        private LiveInput live;
        private CharacterVoice voice;
        private LinkClient client;
        private LinkSession session;
        private GazeTarget gaze;
        private double nextOpen;

        /// <summary>A viseme is heard.</summary>
        public VisemeEvent OnViseme { get { return onViseme; } }

        /// <summary>The shown emotion has changed.</summary>
        public EmotionEvent OnEmotion { get { return onEmotion; } }

        /// <summary>Something was refused, or the server was lost.</summary>
        public ErrorEvent OnError { get { return onError; } }

        /// <summary>A clip has been heard to its end.</summary>
        public UnityEvent OnFinished { get { return onFinished; } }

        /// <summary>The 61 values of <see cref="ArkitNames"/> now, then bones; null until the server answers.</summary>
        public float[] Pose { get { return player == null ? null : player.Pose; } }

        /// <summary>Whether something is being said, or will be.</summary>
        public bool IsSpeaking { get { return player != null && player.IsSpeaking; } }

        /// <summary>Seconds from giving speech to hearing it.</summary>
        public double DelaySeconds
        {
            get { return player == null ? 0.0 : player.LeadSeconds + player.OutputLatencySeconds; }
        }

        /// <summary>The player: playout counters, clocks; null while disabled.</summary>
        public SpeechPlayer Player { get { return player; } }

        /// <summary>The session's seed once the server has answered, 0 before.</summary>
        public ulong ShownSeed { get { return session == null || session.Info == null ? 0ul : session.Info.Seed; } }

        /// <summary>Says a clip, after those that wait. Its Load Type must be Decompress On Load.</summary>
        public void Speak(AudioClip clip)
        {
            var samples = new float[clip.samples * clip.channels];
            if (!clip.GetData(samples, 0))
                Fail("the clip " + clip.name + " cannot be read: set its Load Type to Decompress On Load");
            else
                Speak(samples, clip.channels, clip.frequency);
        }

        /// <summary>Says interleaved samples, after what waits.</summary>
        public void Speak(float[] samples, int channels, int frequency)
        {
            Awaken().Speak(new ClipSpeech(samples, channels, frequency, sampleRate));
        }

        /// <summary>
        /// Says samples of a live voice as they come. From any one thread, once the component is enabled.
        /// </summary>
        /// <param name="samples">Interleaved, full scale 1.</param>
        /// <param name="offset">Of the first.</param>
        /// <param name="frames">Samples of each channel.</param>
        /// <param name="channels">Channels.</param>
        /// <param name="frequency">In Hz.</param>
        public void PushAudio(float[] samples, int offset, int frames, int channels, int frequency)
        {
            var input = live;
            if (input != null)
                input.Push(samples, offset, frames, channels, frequency);
        }

        /// <summary>Stops speaking at once; the mouth eases to rest and the face lives on.</summary>
        public void Interrupt()
        {
            if (player != null)
                player.Interrupt(voice.Position);
        }

        /// <summary>Feels "joy", "brows.anger", ... from now on, or for <paramref name="hold"/> seconds.</summary>
        public void Emotion(string emotion, float amount, float transition = 0.4f, float hold = 0f)
        {
            values.Clear();
            values.Set(emotion, amount);
            values.Set("transition", transition);
            if (hold > 0f)
                values.Set("hold", hold);
            Cue("emotion", values);
        }

        /// <summary>Looks at a thing and follows it; null: looks where it likes again.</summary>
        public void LookAt(Transform target)
        {
            gaze.Follow(target);
        }

        /// <summary>Looks at a point of the world.</summary>
        public void LookAt(Vector3 point)
        {
            gaze.Hold(point);
        }

        /// <summary>A point of the world from between the eyes at rest, in metres and the character's axes.</summary>
        public Vector3 FromEyes(Vector3 point)
        {
            return gaze.FromEyes(point);
        }

        /// <summary>Blinks now.</summary>
        public void Blink()
        {
            values.Clear();
            values.Set("force", 1f);
            Cue("blink", values);
        }

        /// <summary>Any cue of proto/README.md, from now on. False where there is no session to take it.</summary>
        public bool Cue(string cue, NamedValues numbers)
        {
            return session != null && session.Cue(player.SessionSample, cue, numbers);
        }

        private void Awake()
        {
            gaze = new GazeTarget(transform, GetComponentInChildren<Animator>());
        }

        private void OnEnable()
        {
            Awaken();
        }

        private void OnDisable()
        {
            if (player == null)
                return;
            if (session != null)
                session.Close();
            player.Detach();
            voice.Dispose();
            session = null;
            client = null;
            player = null;
            live = null;
        }

        private void Update()
        {
            player.OutputLatencySeconds = CharacterVoice.LatencySeconds + 0.001 * extraLatencyMilliseconds;
            player.LivesInSilence = livesInSilence;
            OpenWhereItCan();
            player.Update(VoxrigTime.Now, voice.Position, voice.Plays);
            voice.Write(player.Voice, player.ShouldPlay);
            if (session != null && gaze.Write(VoxrigTime.Now, values))
                Cue("gaze", values);
        }

        private SpeechPlayer Awaken()
        {
            if (player != null)
                return player;
            if (sampleRate <= 0)
                sampleRate = AudioSettings.outputSampleRate;
            player = new SpeechPlayer(sampleRate);
            player.VisemeHeard += onViseme.Invoke;
            player.EmotionShown += ShowEmotion;
            player.SpeechFinished += onFinished.Invoke;
            live = new LiveInput(player.Live, sampleRate);
            voice = new CharacterVoice(GetComponent<AudioSource>(), player.Voice, sampleRate);
            return player;
        }

        private void OpenWhereItCan()
        {
            var now = VoxrigTime.Now;
            if (session != null && !player.IsAttached)
                Leave(now + RetrySeconds); // the server has read nothing for too long
            if (now < nextOpen)
                return;
            if (connection == null)
            {
                connection = VoxrigConnection.Find();
                nextOpen = now + RetrySeconds;
                return;
            }
            var current = connection.IsConnected ? connection.Client : null;
            if (current == client)
                return;
            client = current;
            session = null;
            if (client != null)
                Open();
        }

        private void Open()
        {
            var opened = client.Open(Settings());
            opened.Failed += error => Fail(error.Message);
            opened.Ended += why => Ended(opened, why);
            session = opened;
            player.Attach(opened);
            gaze.Repeat();
        }

        private void Leave(double until)
        {
            session.Close();
            session = null;
            client = null;
            nextOpen = until;
        }

        private void Ended(LinkSession ended, string why)
        {
            if (ended != session)
                return;
            session = null;
            if (ended.Info != null) // once open it may be opened again; what was refused would be refused again
            {
                client = null;
                nextOpen = VoxrigTime.Now + RetrySeconds;
            }
            if (why != null)
                onError.Invoke(why);
        }

        private OpenSettings Settings()
        {
            var settings = new OpenSettings { SampleRate = (uint)sampleRate, Seed = (ulong)Math.Abs(seed) };
            settings.FrameRateNumerator = (uint)Math.Max(1, framesPerSecond);
            settings.Options["tell"] = "visemes,emotion";
            if (body.Text() != null)
                settings.Options["body"] = body.Text();
            foreach (var option in options)
                if (!settings.SetOption(option))
                    Fail("the option '" + option + "' is not of the form key=value");
            return settings;
        }

        private void ShowEmotion(NamedValues shown)
        {
            float strength;
            var emotion = EmotionReading.Strongest(shown, out strength);
            onEmotion.Invoke(emotion, strength);
        }

        private void Fail(string why)
        {
            Debug.LogWarning("Voxrig: " + name + ": " + why, this);
            onError.Invoke(why);
        }
    }
}
