#pragma once

#include "CoreMinimal.h"
#include "Components/ActorComponent.h"
#include "VoxrigTypes.h"

#include "VoxrigComponent.generated.h"

class AActor;
class FVoxrigPerformer;
class UAudioComponent;
class USceneComponent;
class USoundAttenuation;
class USoundWave;
class UVoxrigSpeechClip;
class UVoxrigVoiceWave;

DECLARE_DYNAMIC_MULTICAST_DELEGATE_TwoParams(FVoxrigOpenedSignature, EVoxrigRig, Rig, int32, NumCurves);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_TwoParams(FVoxrigVisemeSignature, FName, Viseme, float, Strength);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FVoxrigEmotionSignature, const FVoxrigEmotion&, Emotion);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FVoxrigUtteranceEndedSignature, int32, Utterance);
DECLARE_DYNAMIC_MULTICAST_DELEGATE(FVoxrigInterruptedSignature);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_ThreeParams(FVoxrigErrorSignature, int32, Code, const FString&, Message, const FString&, Remedy);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FVoxrigConnectionLostSignature, const FString&, Reason);
DECLARE_DYNAMIC_MULTICAST_DELEGATE(FVoxrigConnectionRestoredSignature);

/**
 * A character that speaks: gives its voice to a Voxrig server, plays it, and shows the face of what is heard.
 *
 * All of it is for the game thread, but PushAudioFromAnyThread. What is said before the session is open waits for it,
 * a second at most, and is heard without a face then.
 */
UCLASS(ClassGroup = (Voxrig), meta = (BlueprintSpawnableComponent))
class VOXRIGRUNTIME_API UVoxrigComponent : public UActorComponent
{
	GENERATED_BODY()

public:
	UVoxrigComponent();

	//~ Begin UActorComponent interface
	virtual void BeginPlay() override;
	virtual void EndPlay(const EEndPlayReason::Type EndPlayReason) override;
	virtual void TickComponent(float DeltaTime, ELevelTick TickType, FActorComponentTickFunction* ThisTickFunction) override;
	//~ End UActorComponent interface

	// ---- the session ----

	/** Opens a session with the settings below, in the place of any before it. OnOpened tells when it is there. */
	UFUNCTION(BlueprintCallable, Category = "Voxrig")
	void OpenSession();

	/** Closes the session and stops the voice. */
	UFUNCTION(BlueprintCallable, Category = "Voxrig")
	void CloseSession();

	UFUNCTION(BlueprintPure, Category = "Voxrig")
	bool IsSessionOpen() const;

	// ---- speech ----

	/** A piece of a live voice: interleaved samples, full scale 1, at any rate from 8,000 to 192,000 Hz. */
	UFUNCTION(BlueprintCallable, Category = "Voxrig|Speech")
	bool PushAudio(const TArray<float>& Samples, int32 SampleRate, int32 NumChannels = 1);

	/** The same in 16 bit PCM, little-endian, as services for synthetic speech send it. */
	UFUNCTION(BlueprintCallable, Category = "Voxrig|Speech")
	bool PushAudioBytes(const TArray<uint8>& Pcm16, int32 SampleRate, int32 NumChannels = 1);

	/** Nothing follows this utterance: its last frames come. After a clip it is called by itself. */
	UFUNCTION(BlueprintCallable, Category = "Voxrig|Speech")
	void EndUtterance();

	/** Says an imported sound wave. In the editor only: a packaged game keeps waves compressed, take a speech clip there. */
	UFUNCTION(BlueprintCallable, Category = "Voxrig|Speech")
	bool PlaySoundWave(USoundWave* Sound);

	/** Says a clip, in the editor and in packaged games. */
	UFUNCTION(BlueprintCallable, Category = "Voxrig|Speech")
	bool PlaySpeech(UVoxrigSpeechClip* Clip);

	/** Says a WAV file of PCM or floats. */
	UFUNCTION(BlueprintCallable, Category = "Voxrig|Speech")
	bool PlayWavFile(const FString& FilePath);

	/** Stops speaking at once; the mouth eases to rest. */
	UFUNCTION(BlueprintCallable, Category = "Voxrig|Speech")
	void Interrupt();

	UFUNCTION(BlueprintPure, Category = "Voxrig|Speech")
	bool IsSpeaking() const;

	/** As PushAudio, from any thread: a voice chat's, a microphone's. Copies. End your pushing before CloseSession. */
	bool PushAudioFromAnyThread(const float* Samples, int32 NumFrames, int32 NumChannels, int32 SampleRate);

	// ---- how it feels and where it looks ----

	/** An emotion by name, also of a region (brows.anger): Strength 0 to 1, seconds to go over and to hold (0: until the next). */
	UFUNCTION(BlueprintCallable, Category = "Voxrig|Performance")
	bool SetEmotion(FName Emotion, float Strength = 1.0f, float Transition = 0.4f, float Hold = 0.0f);

	/** Looks at a point of the world; HeadShare is how much of the way the head takes, below 0 as it likes. */
	UFUNCTION(BlueprintCallable, Category = "Voxrig|Performance")
	bool LookAt(FVector WorldLocation, float HeadShare = -1.0f, float Hold = 0.0f);

	/** Follows an actor, or a socket or bone of it, until ReleaseGaze. */
	UFUNCTION(BlueprintCallable, Category = "Voxrig|Performance")
	void LookAtActor(AActor* LookTarget, FName Socket = NAME_None, float HeadShare = -1.0f);

	/** Gaze is free again. */
	UFUNCTION(BlueprintCallable, Category = "Voxrig|Performance")
	bool ReleaseGaze();

	/** Where the point between the eyes is in the world, and which way the face looks at rest. */
	UFUNCTION(BlueprintCallable, Category = "Voxrig|Performance")
	bool SetPlace(FVector EyesWorldLocation, FRotator FaceRotation);

	/** SetPlace from HeadSocket of the owner's skeletal meshes and the owner's rotation; done by itself with bAutoPlace. */
	UFUNCTION(BlueprintCallable, Category = "Voxrig|Performance")
	bool SetPlaceFromOwner();

	/** A blink now; Seconds 0: as long as it happens to be. */
	UFUNCTION(BlueprintCallable, Category = "Voxrig|Performance")
	bool Blink(float Strength = 1.0f, float Seconds = 0.0f);

	/** talking, listening, reading, thinking or auto. */
	UFUNCTION(BlueprintCallable, Category = "Voxrig|Performance")
	bool SetActivity(FName Activity);

	/**
	 * A gesture by name (offer, shrug, wave, ...), Strength 0 to 1; its stroke comes about 0.4 s later. Hold is how long that
	 * stays (below 0: as the gesture has it), Rate times its usual speed. A session without a body says so by OnError, code 0.
	 */
	UFUNCTION(BlueprintCallable, Category = "Voxrig|Body")
	bool Gesture(FName Name, float Strength = 1.0f, EVoxrigHand Hand = EVoxrigHand::Any, float Hold = -1.0f, float Rate = 1.0f);

	/** Points at a place of the world, and looks there unless told otherwise. */
	UFUNCTION(BlueprintCallable, Category = "Voxrig|Body")
	bool PointAt(FVector WorldLocation, EVoxrigHand Hand = EVoxrigHand::Any, float Hold = 1.2f, bool bLook = true);

	/** Hands that something else has: they rest, and gestures of both become one-handed. */
	UFUNCTION(BlueprintCallable, Category = "Voxrig|Body")
	bool SetHandsBusy(bool bLeft, bool bRight);

	/** Keeps the hands where they are for some seconds. */
	UFUNCTION(BlueprintCallable, Category = "Voxrig|Body")
	bool HoldHands(float Seconds);

	/** How it moves and stands: energy, space, rate, openness, handedness; mirror, sitting; lean, side, turn in degrees. */
	UFUNCTION(BlueprintCallable, Category = "Voxrig|Body")
	bool SetBody(const TMap<FName, float>& Values, float Transition = 0.5f);

	/** The body's bones of the session, by Unreal's names, parents first; none without a body. */
	UFUNCTION(BlueprintPure, Category = "Voxrig|Body")
	const TArray<FName>& GetBodyBones() const { return BodyBones; }

	/** The turn of one of them from the T-pose, in the component space of a mesh that looks along +Y. */
	UFUNCTION(BlueprintPure, Category = "Voxrig|Body")
	FRotator GetBodyTurn(FName Bone) const;

	/** How it speaks: lips, jaw, sharpness, effort, tongue, lip_offset. Presets go into Options, as "style". */
	UFUNCTION(BlueprintCallable, Category = "Voxrig|Performance")
	bool SetStyle(const TMap<FName, float>& Values, float Transition = 0.25f);

	// ---- the face ----

	/** The curves of what is heard now, by name: for Modify Curve in an AnimGraph. */
	UFUNCTION(BlueprintPure, Category = "Voxrig|Face")
	const TMap<FName, float>& GetCurves() const { return Curves; }

	/** One of them; 0 where there is none of this name. */
	UFUNCTION(BlueprintPure, Category = "Voxrig|Face")
	float GetCurve(FName Name) const;

	/** The head's turn from rest, in the actor's space. */
	UFUNCTION(BlueprintPure, Category = "Voxrig|Face")
	FRotator GetHeadRotation() const;

	/** An eye's turn in the head, in the head's space at rest. */
	UFUNCTION(BlueprintPure, Category = "Voxrig|Face")
	FRotator GetEyeRotation(bool bLeft) const;

	UFUNCTION(BlueprintPure, Category = "Voxrig|Face")
	FVoxrigStatistics GetStatistics() const;

	/** x, y, z, w of each of GetBodyBones, in Voxrig's axes; none before the first frame has come. */
	const TArray<float>& GetBodyTurns() const { return BodyTurns; }

	/** Turns of head, left and right eye in the component space of a mesh that looks along +Y, as a MetaHuman's. */
	void GetMeshTurns(FQuat& OutHead, FQuat& OutLeftEye, FQuat& OutRightEye) const;

	// ---- told ----

	UPROPERTY(BlueprintAssignable, Category = "Voxrig")
	FVoxrigOpenedSignature OnOpened;

	/** When it is heard. */
	UPROPERTY(BlueprintAssignable, Category = "Voxrig")
	FVoxrigVisemeSignature OnViseme;

	/** When it is shown. */
	UPROPERTY(BlueprintAssignable, Category = "Voxrig")
	FVoxrigEmotionSignature OnEmotion;

	/** Its last sample was heard. */
	UPROPERTY(BlueprintAssignable, Category = "Voxrig")
	FVoxrigUtteranceEndedSignature OnUtteranceEnded;

	UPROPERTY(BlueprintAssignable, Category = "Voxrig")
	FVoxrigInterruptedSignature OnInterrupted;

	/** Code is google.rpc.Code's (0: something has no effect); Message says what was wrong, Remedy what to do. */
	UPROPERTY(BlueprintAssignable, Category = "Voxrig")
	FVoxrigErrorSignature OnError;

	/** Another try is made by itself, with growing pauses. */
	UPROPERTY(BlueprintAssignable, Category = "Voxrig")
	FVoxrigConnectionLostSignature OnConnectionLost;

	UPROPERTY(BlueprintAssignable, Category = "Voxrig")
	FVoxrigConnectionRestoredSignature OnConnectionRestored;

	// ---- settings; those of a session count at the next OpenSession ----

	/** Else the rig of the project settings. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig")
	bool bOverrideRig = false;

	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig", meta = (EditCondition = "bOverrideRig"))
	EVoxrigRig Rig = EVoxrigRig::MetaHuman;

	/** Opens its session when play begins, where the project settings say so. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig")
	bool bOpenAtBeginPlay = true;

	/** Repeats the same blinks and glances; 0: another performance each time. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig")
	int64 Seed = 0;

	/** Of the session, as the protocol names them: style, emotion, heard, blink, gaze, head, idle, character. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig")
	TMap<FString, FString> Options;

	/** The body: counts at the next OpenSession. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig")
	FVoxrigBodySettings Body;

	/** While nothing is said silence goes to the server, so that the face lives. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig")
	bool bLivesInSilence = true;

	/** The voice is heard from the head. Off: nothing is heard, and time goes by the game's clock. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig|Voice")
	bool bPlaySound = true;

	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig|Voice")
	TObjectPtr<USoundAttenuation> Attenuation;

	/** Socket or bone of one of the owner's skeletal meshes: where the voice is heard from, and gaze begins. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig|Voice")
	FName HeadSocket = TEXT("head");

	/** From HeadSocket to the point between the eyes, in the owner's space, centimetres. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig|Performance")
	FVector EyeOffset = FVector(9.0, 0.0, 6.0);

	/** SetPlaceFromOwner whenever the owner has moved. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig|Performance")
	bool bAutoPlace = true;

	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig|Live Link")
	bool bPublishToLiveLink = true;

	/** The subject; empty: the owner's name. Its bones are in a second one, with "_Bones" at the end. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig|Live Link")
	FName SubjectName;

	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig|Live Link")
	bool bPublishBones = false;

private:
	friend class FVoxrigPerformer;

	void StartVoice();
	void StopVoice();
	void PlaySilently(float DeltaTime);
	void TrackTarget();
	void TrackPlace();
	void TakeFace();
	void Publish();
	void MakeCurves();
	FName GetSubject() const;
	USceneComponent* FindHead() const;

	/** Shared with the voice, which may outlive the component on the audio thread. */
	TSharedPtr<FVoxrigPerformer, ESPMode::ThreadSafe> Performer;

	UPROPERTY(Transient)
	TObjectPtr<UAudioComponent> Voice;

	UPROPERTY(Transient)
	TObjectPtr<UVoxrigVoiceWave> VoiceWave;

	TMap<FName, float> Curves;
	TArray<FName> CurveNames;
	TArray<FName> BodyBones;
	TArray<float> BodyTurns;
	TWeakObjectPtr<AActor> Target;
	FName TargetSocket;
	float TargetHeadShare = -1.0f;
	double NextTrackTime = 0.0;
	FVector PlacedAt = FVector::ZeroVector;
	FRotator PlacedRotation = FRotator::ZeroRotator;
	double NextPlaceTime = 0.0;
	bool bPlaced = false;
	bool bStaticDataPublished = false;
};
