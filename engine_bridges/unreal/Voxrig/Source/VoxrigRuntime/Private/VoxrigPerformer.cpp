#include "VoxrigPerformer.h"

#include "VoxrigComponent.h"
#include "VoxrigConnection.h"
#include "VoxrigLog.h"
#include "VoxrigSettings.h"

namespace
{
	std::string GetBodyOption(const FVoxrigBodySettings& Body)
	{
		voxrig::plugin::BodyOption Option;
		const bool bOn = Body.Body == EVoxrigBody::On;
		Option.torso = bOn && Body.bTorso;
		Option.arms = bOn && Body.bArms;
		Option.fingers = bOn && Body.bFingers;
		Option.legs = bOn && Body.bLegs;
		Option.energy = Body.Energy;
		Option.space = Body.Space;
		Option.rate = Body.Rate;
		Option.openness = Body.Openness;
		Option.handedness = Body.Handedness;
		Option.sitting = Body.bSitting;
		Option.mirror = Body.bMirror;
		return voxrig::plugin::body_option(Option);
	}
}

FVoxrigPerformer::FVoxrigPerformer(UVoxrigComponent& InComponent, const TSharedRef<FVoxrigConnection>& InConnection)
	: Component(&InComponent)
	, Connection(InConnection)
	, SampleRate(GetDefault<UVoxrigSettings>()->SampleRate)
	, Character(MakeSettings(InComponent), MakeRequest(InComponent), *this)
{
}

FVoxrigPerformer::~FVoxrigPerformer()
{
	Character.leave();
}

void FVoxrigPerformer::Join()
{
	Character.join(Connection->GetNative());
}

void FVoxrigPerformer::Leave()
{
	Component.Reset();
	Character.leave();
	if (Connection.IsValid())
	{
		Connection->Retire(AsShared());
		Connection.Reset();
	}
}

void FVoxrigPerformer::Update()
{
	// Who is told may close the session, and this with it: not before the end of the call.
	const TSharedPtr<FVoxrigConnection> Kept = Connection;
	if (Kept.IsValid())
	{
		Kept->Poll();
		Character.update(voxrig::ClientThread::now());
	}
}

FVoxrigStatistics FVoxrigPerformer::GetStatistics() const
{
	const voxrig::plugin::Speaker& Speaker = Character.speaker();
	FVoxrigStatistics Statistics;
	Statistics.Frames = static_cast<int64>(Speaker.counts().pushed);
	Statistics.Held = static_cast<int64>(Speaker.counts().held);
	Statistics.Rested = static_cast<int64>(Speaker.counts().rested);
	Statistics.Late = static_cast<int64>(Speaker.counts().late);
	Statistics.Starved = static_cast<int64>(Speaker.voice().starved());
	Statistics.Refused = static_cast<int64>(Character.refusals());
	Statistics.LeadSeconds = static_cast<float>(Speaker.lead_seconds());
	Statistics.LookAheadSeconds = LookAheadSeconds;
	Statistics.HeardSeconds = static_cast<float>(Speaker.heard() / SampleRate);
	if (Connection.IsValid())
	{
		Statistics.RoundTripSeconds = static_cast<float>(Connection->GetNative().link().clock().round_trip());
	}
	return Statistics;
}

void FVoxrigPerformer::on_opened(const voxrig::Opened& Opened)
{
	Rig = Opened.rig == "metahuman" ? EVoxrigRig::MetaHuman : EVoxrigRig::ARKit;
	LookAheadSeconds = static_cast<float>(
		static_cast<double>(Opened.look_ahead.numerator) / static_cast<double>(Opened.look_ahead.denominator));
	UE_LOG(LogVoxrig, Log, TEXT("Session open: %s, %d curves, look-ahead %.0f ms"), *Voxrig::ToString(Opened.rig),
		static_cast<int32>(Opened.controls.size()), LookAheadSeconds * 1000.0f);
	if (UVoxrigComponent* Owner = Component.Get())
	{
		Owner->MakeCurves();
		Owner->OnOpened.Broadcast(Rig, static_cast<int32>(Character.face().names().size()));
	}
}

void FVoxrigPerformer::on_timed(const voxrig::plugin::TimedEvent& Event)
{
	UVoxrigComponent* Owner = Component.Get();
	if (Owner == nullptr)
	{
		return;
	}
	if (Event.kind == voxrig::EventKind::utterance_ended)
	{
		Owner->OnUtteranceEnded.Broadcast(static_cast<int32>(Event.utterance));
	}
	else if (Event.kind == voxrig::EventKind::viseme && !Event.values.empty())
	{
		Owner->OnViseme.Broadcast(Voxrig::ToName(Event.values[0].first), Event.values[0].second);
	}
	else if (Event.kind == voxrig::EventKind::emotion && Owner->OnEmotion.IsBound())
	{
		FVoxrigEmotion Emotion;
		for (const auto& Value : Event.values)
		{
			Emotion.Values.Add(Voxrig::ToName(Value.first), Value.second);
		}
		Owner->OnEmotion.Broadcast(Emotion);
	}
}

void FVoxrigPerformer::on_interrupted()
{
	if (UVoxrigComponent* Owner = Component.Get())
	{
		Owner->OnInterrupted.Broadcast();
	}
}

void FVoxrigPerformer::on_refused(int Code, const std::string& Message, const std::string& Remedy)
{
	const FString Said = Voxrig::ToString(Message);
	const FString ToDo = Voxrig::ToString(Remedy);
	UE_LOG(LogVoxrig, Warning, TEXT("The server says (%d): %s. %s"), Code, *Said, *ToDo);
	if (UVoxrigComponent* Owner = Component.Get())
	{
		Owner->OnError.Broadcast(Code, Said, ToDo);
	}
}

void FVoxrigPerformer::on_connection_lost(const std::string& Reason)
{
	const FString Said = Voxrig::ToString(Reason);
	UE_LOG(LogVoxrig, Warning, TEXT("No connection: %s. It is tried again by itself."), *Said);
	if (UVoxrigComponent* Owner = Component.Get())
	{
		Owner->OnConnectionLost.Broadcast(Said);
	}
}

void FVoxrigPerformer::on_connection_restored()
{
	if (UVoxrigComponent* Owner = Component.Get())
	{
		Owner->OnConnectionRestored.Broadcast();
	}
}

voxrig::plugin::SpeakerSettings FVoxrigPerformer::MakeSettings(const UVoxrigComponent& From)
{
	const UVoxrigSettings* Settings = GetDefault<UVoxrigSettings>();
	voxrig::plugin::SpeakerSettings Speaker;
	Speaker.sample_rate = static_cast<std::uint32_t>(FMath::Clamp(Settings->SampleRate, 8000, 192000));
	Speaker.margin = Settings->LatencyMargin;
	Speaker.output_latency = From.bPlaySound ? Settings->OutputLatency : 0.0f;
	Speaker.lives_in_silence = From.bLivesInSilence;
	return Speaker;
}

voxrig::OpenRequest FVoxrigPerformer::MakeRequest(const UVoxrigComponent& From)
{
	const UVoxrigSettings* Settings = GetDefault<UVoxrigSettings>();
	const EVoxrigRig Wanted = From.bOverrideRig ? From.Rig : Settings->Rig;
	voxrig::OpenRequest Request;
	Request.rig = Wanted == EVoxrigRig::MetaHuman ? "metahuman" : "arkit";
	Request.frame_rate = { static_cast<std::uint32_t>(FMath::Clamp(Settings->FrameRate, 1, 240)), 1 };
	Request.seed = static_cast<std::uint64_t>(FMath::Max<int64>(0, From.Seed));
	Request.options = { { "tell", "visemes,emotion" } };
	if (From.Body.Body != EVoxrigBody::Server)
	{
		Request.options.push_back({ "body", GetBodyOption(From.Body) });
	}
	for (const TPair<FString, FString>& Option : From.Options)
	{
		Request.options.push_back({ Voxrig::FromString(Option.Key), Voxrig::FromString(Option.Value) });
	}
	return Request;
}
