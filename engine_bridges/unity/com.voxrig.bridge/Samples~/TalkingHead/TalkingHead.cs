using UnityEngine;

namespace Voxrig.Bridge.Samples
{
    /// <summary>
    /// Put it on your avatar: adds what is needed, says the clip when Play begins and looks at the camera.
    /// </summary>
    /// <remarks>Space says the clip again, I interrupts, J makes it glad, L looks away and back.</remarks>
    public sealed class TalkingHead : MonoBehaviour
    {
        [SerializeField] private AudioClip clip = null;

        private VoxrigCharacter character;
        private bool looks;

        private void Awake()
        {
            if (VoxrigConnection.Find() == null)
                new GameObject("Voxrig").AddComponent<VoxrigConnection>();
            character = Need<VoxrigCharacter>();
            Need<BlendShapeDriver>();
            Need<BoneDriver>();
            character.OnFinished.AddListener(() => Debug.Log("said it"));
        }

        private void Start()
        {
            Look();
            if (clip != null)
                character.Speak(clip);
        }

        private void Update()
        {
            if (Input.GetKeyDown(KeyCode.Space) && clip != null)
                character.Speak(clip);
            if (Input.GetKeyDown(KeyCode.I))
                character.Interrupt();
            if (Input.GetKeyDown(KeyCode.J))
                character.Emotion("joy", 0.8f, 0.4f, 4f);
            if (Input.GetKeyDown(KeyCode.L))
                Look();
        }

        private void Look()
        {
            looks = !looks;
            character.LookAt(looks && Camera.main != null ? Camera.main.transform : null);
        }

        private T Need<T>() where T : Component
        {
            var found = GetComponent<T>();
            return found != null ? found : gameObject.AddComponent<T>();
        }
    }
}
